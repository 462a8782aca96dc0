import type { MetricName } from '../../contract/benchmark.ts';
import type { Accumulator, Format } from './formats.ts';

/*
 * Work for the tensor cores: `mma.sync`, a product of small matrices that the 32 lanes of a warp hold
 * together. What the text of a kernel and the model of its arithmetic have in common.
 */

/** A warp's product: D (m x n) = A (m x k) * B (k x n) + C. */
export interface TensorShape {
  readonly entry: string;
  readonly metric: MetricName;
  readonly instruction: string;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly format: Format;
  readonly sums: Accumulator;
}

export const LANES = 32;
/** Independent products hide the latency of each; all share A. */
export const PRODUCTS = 8;

/** How many 32-bit registers a lane needs for A, for one B and for one sum. */
export function registerCounts(shape: TensorShape): { a: number; b: number; c: number } {
  const { m, n, k, format, sums } = shape;
  const inOne = LANES * format.perRegister;
  return { a: (m * k) / inOne, b: (k * n) / inOne, c: (m * n) / (LANES * sums.perRegister) };
}

/** Which of a lane's random words becomes register `r` of B number `j`; those of A come first. */
export function indexOfB(shape: TensorShape, j: number, r: number): number {
  return 16 + j * registerCounts(shape).b + r;
}

/** Register `r` of sum number `j` with these elements in it. */
export function packed({ sums }: TensorShape, elements: readonly number[]): number {
  return elements.reduce((word, value, i) => word | (sums.bits(value) << (16 * i)), 0) >>> 0;
}
