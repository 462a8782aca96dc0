import { NativeFault } from '../../../app/adapters/ffi.ts';
import {
  type Area,
  type Bench,
  inversion,
  type Pattern,
  type Rate,
  type RateMetric,
} from '../../../app/benchmark/bench.ts';
import type { Launch, Unable } from '../../../app/benchmark/compute.ts';
import { ERROR_LOG, RESULT } from '../../../app/benchmark/kernels/kernel.ts';
import { hash } from '../../../app/benchmark/kernels/text.ts';
import { PatternCheck } from '../../../app/benchmark/pattern-check.ts';
import type { Faults } from '../../../app/contract/benchmark.ts';
import { scriptedDevice } from './scripted-work.ts';

/** What the device does wrong, and how large it is. */
export interface BenchScript {
  readonly blockBytes?: number;
  readonly spareBytes?: number;
  readonly sweepBytes?: number;
  /** How much can be allocated. */
  readonly memoryBytes?: number;
  /** The kernel that does nothing. */
  readonly lazy?: 'fill' | 'verify' | 'read' | 'copy' | 'link' | 'rate';
}

/** A call that such a device refuses: 2 is want of memory. */
export class BenchFault extends NativeFault {
  readonly status: number;
  readonly isMemoryShort: boolean;

  constructor(status: number) {
    super(`the bench answered ${status}`);
    this.status = status;
    this.isMemoryShort = status === 2;
  }
}

const STEP_BYTES = 64;
const COMPARISONS = 64;

/**
 * A device made of buffers of this process, which does what the kernels do, word by word and at once. It
 * says nothing about a driver, and a round takes a millisecond.
 */
export class MemoryBench implements Bench {
  readonly facts = scriptedDevice([]).facts;
  readonly blockBytes: number;
  readonly memory = new Map<bigint, Buffer>();
  /** Each call that queued something, in order. */
  readonly queued: string[] = [];
  readonly #script: BenchScript;
  readonly #check = new PatternCheck(this);
  #addresses = 1n;
  /** Called before each launch: to plant a fault. */
  beforeLaunch: () => void = () => undefined;

  constructor(script: BenchScript = {}) {
    this.#script = script;
    this.blockBytes = script.blockBytes ?? 1024;
  }

  spareBytes(): number {
    return this.#script.spareBytes ?? 4096;
  }

  sweepBytes(): number {
    return this.#script.sweepBytes ?? 2048;
  }

  wholeBytes(limit: number): number {
    return Math.floor(limit / STEP_BYTES) * STEP_BYTES;
  }

  allocate(bytes: number): bigint {
    const taken = [...this.memory.values()].reduce((sum, { length }) => sum + length, 0);
    if (taken + bytes > (this.#script.memoryBytes ?? 65_536)) throw new BenchFault(2);
    const address = this.#addresses++;
    this.memory.set(address, Buffer.alloc(bytes));
    return address;
  }

  free(address: bigint): void {
    if (!this.memory.delete(address)) throw new Error('freed twice');
  }

  allocatePinned(bytes: number): bigint {
    return this.allocate(bytes);
  }

  freePinned(address: bigint): void {
    this.free(address);
  }

  read(address: bigint, bytes: number): Buffer {
    return Buffer.from(this.at(address).subarray(0, bytes));
  }

  write(address: bigint, bytes: Uint8Array): void {
    this.at(address).set(bytes);
  }

  settle(): void {
    // Everything happens at once.
  }

  queueFill(area: Area, pattern: Pattern): void {
    if (this.#skips('fill')) return;
    const bytes = this.at(area.address);
    for (let i = 0; i < area.bytes / 4; i++) bytes.writeUInt32LE(wordOf(pattern, i), 4 * i);
  }

  queueVerify(area: Area, pattern: Pattern, result: bigint): void {
    if (this.#skips('verify')) return;
    const [bytes, found] = [this.at(area.address), this.at(result)];
    for (let i = 0; i < area.bytes / 4; i++) {
      const wrong = (bytes.readUInt32LE(4 * i) ^ wordOf(pattern, i)) >>> 0;
      if (wrong === 0) continue;
      const lowest = found.readBigUInt64LE(RESULT.first);
      const piece = BigInt(i >> 2);
      found.writeUInt32LE(found.readUInt32LE(RESULT.count) + 1, RESULT.count);
      found.writeUInt32LE((found.readUInt32LE(RESULT.wrongBits) | wrong) >>> 0, RESULT.wrongBits);
      found.writeBigUInt64LE(piece < lowest ? piece : lowest, RESULT.first);
    }
  }

  queueRead(area: Area, sum: bigint): void {
    if (this.#skips('read')) return;
    const [bytes, total] = [this.at(area.address), this.at(sum)];
    let fold = 0;
    for (let i = 0; i < area.bytes / 4; i++) fold ^= bytes.readUInt32LE(4 * i);
    total.writeUInt32LE((total.readUInt32LE() + (fold >>> 0)) >>> 0);
  }

  queueCopy(to: Area, from: Area): void {
    if (!this.#skips('copy')) this.at(from.address).copy(this.at(to.address), 0, 0, from.bytes);
  }

  queueToCard(to: bigint, pinned: bigint, bytes: number): void {
    if (!this.#skips('link')) this.at(pinned).copy(this.at(to), 0, 0, bytes);
  }

  queueFromCard(pinned: bigint, from: bigint, bytes: number): void {
    this.queueToCard(pinned, from, bytes);
  }

  timed(queue: () => void): Launch {
    this.beforeLaunch();
    const before = this.queued.length;
    queue();
    const milliseconds = this.queued.length - before;
    return { isDone: () => true, milliseconds: () => milliseconds, release: () => undefined };
  }

  rate(metric: RateMetric, seed: number): Rate | Unable {
    if (metric !== 'fp32') return { unable: 'it only adds' };
    const golden = Uint32Array.from({ length: 32 }, (_, lane) => hash(lane, seed));
    return {
      operationsPerRound: 1000,
      comparisons: COMPARISONS,
      golden,
      placeOf: (number) => `group ${number}`,
      queue: (expected, errors) => this.#compare(golden, expected, errors),
    };
  }

  verify(area: Area, pattern: Pattern): Faults {
    return this.#check.verify(area, pattern);
  }

  close(): void {
    this.memory.clear();
  }

  /** Memory that is not there is a fault of the caller's. */
  at(address: bigint): Buffer {
    const bytes = this.memory.get(address);
    if (!bytes) throw new Error(`nothing was allocated at ${address}`);
    return bytes;
  }

  #compare(golden: Uint32Array, expected: bigint, errors: bigint): void {
    if (this.#skips('rate')) return;
    const [words, log] = [this.at(expected), this.at(errors)];
    for (let thread = 0; thread < COMPARISONS; thread++) {
      if (golden[thread % 32] === words.readUInt32LE(4 * (thread % 32))) continue;
      const at = log.readUInt32LE(ERROR_LOG.count);
      log.writeUInt32LE(at + 1, ERROR_LOG.count);
      if (at < ERROR_LOG.most) log.writeUInt32LE(thread >> 4, ERROR_LOG.entries + 16 * at);
    }
  }

  #skips(kernel: NonNullable<BenchScript['lazy']>): boolean {
    this.queued.push(kernel);
    return this.#script.lazy === kernel;
  }
}

function wordOf(pattern: Pattern, index: number): number {
  return (hash(index, pattern.seed) ^ inversion(pattern)) >>> 0;
}
