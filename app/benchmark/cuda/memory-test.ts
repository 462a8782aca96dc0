import type { Unable, Workload } from '../compute.ts';
import { RESULT } from '../kernels/kernel.ts';
import {
  type Area,
  bothFaults,
  type CudaBench,
  EMPTY_RESULT,
  faultsOf,
  hex,
  NO_FAULTS,
  type Pattern,
} from './bench.ts';

const GIB = 1024 ** 3;
/** The driver needs some memory for itself, and others may take some meanwhile. */
const SHARES = [0.85, 0.7, 0.5];

/**
 * Goes through memory block by block: a round looks whether a block still holds what was written a whole
 * sweep ago, and writes another pattern, the opposite one every other time.
 */
export function memoryTestWorkload(bench: CudaBench, seed: number): Workload | Unable {
  const { context } = bench;
  const areas = takeAreas(bench);
  const [first] = areas;
  if (first === undefined) return { unable: 'there is not enough free memory on the card' };
  const results = context.allocate(RESULT.bytes * areas.length);
  const resultOf = (block: number): bigint => results + BigInt(RESULT.bytes * block);
  const held = areas.map((_, block): Pattern => ({ seed: seed + block, isInverted: false }));
  const clear = (): void => areas.forEach((_, i) => context.write(resultOf(i), EMPTY_RESULT));
  const round = (block: number): void => {
    const [area, old] = [areas[block], held[block]];
    if (area === undefined || old === undefined) return;
    bench.queueVerify(area, old, resultOf(block));
    const next = {
      seed: old.isInverted ? (old.seed + areas.length) >>> 0 : old.seed,
      isInverted: !old.isInverted,
    };
    bench.queueFill(area, next);
    held[block] = next;
  };
  areas.forEach((area, block) => bench.queueFill(area, held[block] ?? { seed, isInverted: false }));
  let faults = bench.verify(first, held[0] ?? { seed, isInverted: false });
  clear();
  let turn = 0;
  return {
    metric: 'memory-test',
    perRound: 2 * first.bytes,
    launch: (rounds) =>
      bench.timed(() => {
        for (let i = 0; i < rounds; i++) round(turn++ % areas.length);
      }),
    check() {
      const found = areas.map((_, block) =>
        faultsOf(
          context.read(resultOf(block), RESULT.bytes),
          (byte) => `byte ${hex(byte)} of block ${block}`,
        ),
      );
      clear();
      const all = found.reduce(bothFaults, faults);
      faults = NO_FAULTS;
      return all;
    },
    release() {
      for (const { address } of areas) context.free(address);
      context.free(results);
    },
  };
}

// Equal blocks of a GiB at most, as many as go into a share of what is free.
function takeAreas(bench: CudaBench): Area[] {
  const wanted = bench.context.freeBytes();
  for (const part of SHARES) {
    const count = Math.max(1, Math.ceil((wanted * part) / GIB));
    const bytes = bench.wholeBytes((wanted * part) / count);
    const areas = bytes > 0 ? takeAll(bench, count, bytes) : null;
    if (areas) return areas;
  }
  return [];
}

function takeAll(bench: CudaBench, count: number, bytes: number): Area[] | null {
  const areas: Area[] = [];
  try {
    for (let i = 0; i < count; i++) areas.push({ address: bench.context.allocate(bytes), bytes });
    return areas;
  } catch {
    for (const { address } of areas) bench.context.free(address);
    return null;
  }
}
