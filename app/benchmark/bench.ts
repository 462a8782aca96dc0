import type { DeviceFacts, Faults, MetricName } from '../contract/benchmark.ts';
import type { Launch, Unable } from './compute.ts';
import { hex, NO_FAULTS } from './faults.ts';
import { RESULT } from './kernels/kernel.ts';

/*
 * What a back end does for the workloads, which are the same for all. An address is what the back end
 * gave for memory (with OpenCL a handle): no arithmetic is done with it. Calls throw NativeFault.
 */
export interface Bench {
  readonly facts: DeviceFacts;
  /** The largest piece of memory that is worked on at once, in bytes. */
  readonly blockBytes: number;
  /** How much of the device's memory may be taken now: what is free, as far as that is known. */
  spareBytes(): number;
  /** What a measurement of bandwidth goes through at most: far more than the caches hold. */
  sweepBytes(): number;
  /** The most bytes up to a limit that all memory kernels take. */
  wholeBytes(limit: number): number;

  allocate(bytes: number): bigint;
  free(address: bigint): void;
  /** Memory of the computer that the device reaches by itself. */
  allocatePinned(bytes: number): bigint;
  freePinned(address: bigint): void;
  /** Waits for what is queued, then reads from or writes to the device's memory. */
  read(address: bigint, bytes: number): Buffer;
  write(address: bigint, bytes: Uint8Array): void;
  /** Waits until nothing is queued. */
  settle(): void;

  queueFill(area: Area, pattern: Pattern): void;
  /** Compares; `result` is written as RESULT says. */
  queueVerify(area: Area, pattern: Pattern, result: bigint): void;
  /** Adds what was read, folded, to the u32 at `sum`. */
  queueRead(area: Area, sum: bigint): void;
  queueCopy(to: Area, from: Area): void;
  queueToCard(to: bigint, pinned: bigint, bytes: number): void;
  queueFromCard(pinned: bigint, from: bigint, bytes: number): void;
  /** Queues work, and takes its time. */
  timed(queue: () => void): Launch;

  /** Compares memory with a pattern at once; a comparison that would miss a fault is one itself. */
  verify(area: Area, pattern: Pattern): Faults;
  /** Throws NativeFault where the driver does not take the kernel. */
  rate(metric: RateMetric, seed: number): Rate | Unable;
  close(): void;
}

/** What is computed, not moved. */
export type RateMetric = Exclude<MetricName, `memory-${string}` | `pcie-${string}`>;

/** A kernel that computes and checks itself. */
export interface Rate {
  /** Of one round; a fused multiply-add is two. */
  readonly operationsPerRound: number;
  /** How many compare their result with a golden word at the end of a launch. */
  readonly comparisons: number;
  /** What each of 32 lanes comes to. */
  readonly golden: Uint32Array;
  /** `errors` is written as ERROR_LOG says. */
  queue(golden: bigint, errors: bigint, rounds: number): void;
  /** Names the first number of an entry of the error log. */
  placeOf(number: number): string;
}

/** Memory of the device. */
export interface Area {
  readonly address: bigint;
  readonly bytes: number;
}

/** What memory holds: each word a hash of its place and the seed, or the opposite of it. */
export interface Pattern {
  readonly seed: number;
  readonly isInverted: boolean;
}

const PIECE_BYTES = 16;

/** How many pieces of 16 bytes, as kernels count. */
export function pieces(area: Area): bigint {
  return BigInt(area.bytes / PIECE_BYTES);
}

/** What every word of a pattern is XORed with. */
export function inversion({ isInverted }: Pattern): number {
  return isInverted ? 0xffffffff : 0;
}

/** A result of `verify` before it is used: nothing wrong, and the lowest wrong place infinitely high. */
export const EMPTY_RESULT: Uint8Array = (() => {
  const bytes = Buffer.alloc(RESULT.bytes);
  bytes.writeBigUInt64LE(2n ** 64n - 1n, RESULT.first);
  return bytes;
})();

/** What `verify` wrote; `placeOf` names a byte offset. */
export function faultsOf(
  result: Buffer,
  placeOf = (byte: number): string => `byte ${hex(byte)}`,
): Faults {
  const count = result.readUInt32LE(RESULT.count);
  if (count === 0) return NO_FAULTS;
  const first = Number(result.readBigUInt64LE(RESULT.first)) * PIECE_BYTES;
  const wrongBits = result.readUInt32LE(RESULT.wrongBits);
  return { count, wrongBits, places: [placeOf(first)] };
}
