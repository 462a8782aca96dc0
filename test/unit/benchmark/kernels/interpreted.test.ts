import { describe, expect, it } from 'vitest';
import { ERROR_LOG, MEMORY_ENTRIES, RESULT } from '../../../../app/benchmark/kernels/kernel.ts';
import { BASE_MODULE, KERNEL_MODULES } from '../../../../app/benchmark/kernels/modules.ts';
import { hash } from '../../../../app/benchmark/kernels/text.ts';
import { type PtxFault, PtxMachine } from '../../../fakes/ptx/machine.ts';

/* The very text that cards get, carried out instruction by instruction without one. */

const SEED = 20_260_101;
const LANES = 32;
const GRID = { blocks: 2, threads: 64 };
const compute = KERNEL_MODULES.flatMap((module) =>
  module.kernels.map((kernel) => ({ entry: kernel.entry, kernel, module })),
);

interface Run {
  readonly rounds: number;
  readonly golden?: Uint32Array;
  readonly fault?: PtxFault;
  readonly threads?: number;
}

/** Runs a kernel that checks itself; what its error log says. */
function run({ kernel, module }: (typeof compute)[number], wanted: Run) {
  const { rounds, golden = kernel.golden(SEED), fault = null, threads = LANES } = wanted;
  const machine = new PtxMachine(module.source());
  const expected = machine.memory.allocate(32 * 4);
  const errors = machine.memory.allocate(ERROR_LOG.bytes);
  machine.memory.at(expected, 32 * 4).set(new Uint8Array(golden.buffer));
  const grid = { blocks: 1, threads };
  machine.launch(kernel.entry, grid, [expected, errors, rounds, SEED], fault);
  const log = machine.memory.at(errors, ERROR_LOG.bytes);
  const count = log.readUInt32LE(ERROR_LOG.count);
  const entries = Array.from({ length: Math.min(count, ERROR_LOG.most) }, (_, i) =>
    [0, 1, 2, 3].map((j) => log.readUInt32LE(ERROR_LOG.entries + i * ERROR_LOG.entryBytes + 4 * j)),
  );
  return { count, entries };
}

describe('a kernel that computes', () => {
  it.each(compute)('$entry comes to its words, after any number of rounds', (one) => {
    for (const rounds of [1, 2, 3]) expect(run(one, { rounds })).toEqual({ count: 0, entries: [] });
  });

  it.each(compute)('$entry names block, thread and hash of each that differs', (one) => {
    const golden = one.kernel.golden(SEED);
    const { count, entries } = run(one, {
      rounds: 1,
      golden: golden.map((word) => ~word),
      threads: 96,
    });
    expect(count).toBe(96);
    expect(entries).toHaveLength(ERROR_LOG.most);
    for (const [smid, block, thread = 0, word] of entries) {
      expect([smid, block, word]).toEqual([0, 0, golden[thread % LANES]]);
    }
  });

  it.each(compute)('$entry finds one bit that turned once, in any place', (one) => {
    let state = 11;
    const random = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 8; round++) {
      // Within the work of two rounds of a warp.
      const op = one.entry === 'k_fp32' ? /^fma/ : /^mma/;
      const fault = {
        op,
        at: random(32 * 100),
        bit: random(one.entry.includes('fp16_fp16') ? 10 : 22),
      };
      expect([fault, run(one, { rounds: 2, fault }).count]).toEqual([fault, 1]);
    }
  });
});

describe('a kernel that moves memory', () => {
  const PIECES = 1_000;
  const BYTES = PIECES * 16;

  function filled(seed: number, inverted: number) {
    const machine = new PtxMachine(BASE_MODULE.source());
    const area = machine.memory.allocate(BYTES);
    machine.launch(MEMORY_ENTRIES.fill, GRID, [area, BigInt(PIECES), seed, inverted]);
    const verify = (as = { seed, inverted }) => {
      const result = machine.memory.allocate(RESULT.bytes);
      const bytes = machine.memory.at(result, RESULT.bytes);
      bytes.fill(0).writeBigUInt64LE(2n ** 64n - 1n, RESULT.first);
      const args = [area, BigInt(PIECES), as.seed, as.inverted, result];
      machine.launch(MEMORY_ENTRIES.verify, GRID, args);
      return {
        count: bytes.readUInt32LE(RESULT.count),
        wrongBits: bytes.readUInt32LE(RESULT.wrongBits),
        first: bytes.readBigUInt64LE(RESULT.first),
      };
    };
    return { machine, area, bytes: machine.memory.at(area, BYTES), verify };
  }

  it('fills each word with the hash of its place, or with the opposite', () => {
    for (const inverted of [0, 0xffff_ffff]) {
      const { bytes } = filled(SEED, inverted);
      for (let i = 0; i < BYTES / 4; i++) {
        expect(bytes.readUInt32LE(4 * i)).toBe((hash(i, SEED) ^ inverted) >>> 0);
      }
    }
  });

  it('verifies what was filled, and counts what is not so', () => {
    const { bytes, verify } = filled(SEED, 0);
    expect(verify()).toEqual({ count: 0, wrongBits: 0, first: 2n ** 64n - 1n });
    bytes[16 * 700 + 5] = (bytes[16 * 700 + 5] ?? 0) ^ 0x40;
    bytes[16 * 300 + 12] = (bytes[16 * 300 + 12] ?? 0) ^ 1;
    expect(verify()).toEqual({ count: 2, wrongBits: 0x4001, first: 300n });
    expect(verify({ seed: SEED + 1, inverted: 0 }).count).toBe(PIECES);
    expect(verify({ seed: SEED, inverted: 0xffff_ffff }).wrongBits).toBe(0xffff_ffff);
  });

  it('adds up what it reads, every word once', () => {
    const whole = 4 * GRID.blocks * GRID.threads * 2;
    const machine = new PtxMachine(BASE_MODULE.source());
    const area = machine.memory.allocate(whole * 16);
    const sum = machine.memory.allocate(16);
    machine.launch(MEMORY_ENTRIES.fill, GRID, [area, BigInt(whole), SEED, 0]);
    const read = (): number => {
      machine.memory.at(sum, 4).fill(0);
      machine.launch(MEMORY_ENTRIES.read, GRID, [area, BigInt(whole), sum]);
      return machine.memory.at(sum, 4).readUInt32LE();
    };
    const once = read();
    expect(read()).toBe(once);
    const bytes = machine.memory.at(area, whole * 16);
    for (const place of [0, 1, whole * 8, whole * 16 - 1]) {
      bytes[place] = (bytes[place] ?? 0) ^ 8;
      expect(read(), `byte ${place}`).not.toBe(once);
      bytes[place] = (bytes[place] ?? 0) ^ 8;
    }
  });

  it('copies every byte and nothing beside', () => {
    const { machine, area, bytes } = filled(SEED, 0);
    const to = machine.memory.allocate(BYTES + 16);
    const copy = machine.memory.at(to, BYTES + 16).fill(0xaa);
    machine.launch(MEMORY_ENTRIES.copy, GRID, [to, area, BigInt(PIECES)]);
    expect(copy.subarray(0, BYTES).equals(bytes)).toBe(true);
    expect(copy.subarray(BYTES).equals(Buffer.alloc(16, 0xaa))).toBe(true);
  });

  it('stays within its area', () => {
    const machine = new PtxMachine(BASE_MODULE.source());
    const area = machine.memory.allocate(256);
    const beyond = (): void => machine.launch(MEMORY_ENTRIES.fill, GRID, [area, 17n, SEED, 0]);
    expect(beyond).toThrow('an illegal address');
  });
});
