import type { MetricName } from '../../contract/benchmark.ts';

/*
 * What a CUDA back-end needs to know of a kernel. All launches are one-dimensional with THREADS threads
 * to a block; parameters in the order given here, u64 addresses and u32 numbers.
 */

export const THREADS = 256;

/**
 * A kernel that computes and checks itself: (u64 golden, u64 errors, u32 rounds, u32 seed). Every lane
 * hashes its registers at the end and compares with `golden[lane]` of 32 words; mismatches go to the error log.
 */
export interface ComputeKernel {
  readonly entry: string;
  readonly metric: MetricName;
  /** Of one block in one round; an FMA is two. */
  readonly operationsPerBlock: number;
  /** The 32 words for a seed; the same for every number of rounds of at least one. */
  golden(seed: number): Uint32Array;
}

/** Entries of the base module that move memory; `n16` is in units of 16 bytes. */
export const MEMORY_ENTRIES = {
  /** (u64 to, u64 n16, u32 seed, u32 inverted: 0 or 0xFFFFFFFF) */
  fill: 'k_fill',
  /** (u64 from, u64 n16, u32 seed, u32 inverted, u64 result): result see RESULT. */
  verify: 'k_verify',
  /**
   * (u64 from, u64 n16, u64 sum): adds what each warp read, folded by XOR, to the u32 `sum`. n16 is a
   * multiple of 4 x threads of the grid.
   */
  read: 'k_read',
  /** (u64 to, u64 from, u64 n16) */
  copy: 'k_copy',
} as const;

/** What `verify` writes: u32 count at 0, u32 OR of wrong bits at 4, u64 lowest wrong n16 index at 16. */
export const RESULT = { bytes: 32, count: 0, wrongBits: 4, first: 16 } as const;

/**
 * The error log of compute kernels: u32 count at 0, then from 16 on up to 64 entries of four u32:
 * multiprocessor, block, thread, the hash that came out.
 */
export const ERROR_LOG = {
  bytes: 16 + 64 * 16,
  count: 0,
  entries: 16,
  entryBytes: 16,
  most: 64,
} as const;

/** PTX text that the driver compiles for its card. */
export interface KernelModule {
  readonly name: string;
  /** 12040 is CUDA 12.4: what `cuDriverGetVersion` has to say at least. */
  readonly leastDriverCuda: number;
  /** Whether a card of this compute capability can run it, and runs it natively. */
  runsOn(computeCapability: readonly [number, number]): boolean;
  readonly kernels: readonly ComputeKernel[];
  /** The PTX, without a NUL at its end. */
  source(): string;
}
