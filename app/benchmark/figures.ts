import type { Metric, MetricName } from '../contract/benchmark.ts';

/** The middle value, of an even number the mean of the two in the middle; 0 of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return (lower + upper) / 2;
}

/** A metric's unit, and how many bytes or operations per second it is. */
export function unitOf(name: MetricName): { unit: Metric['unit']; size: number } {
  if (/^(memory|pcie)-/.test(name)) return { unit: 'GB/s', size: 1e9 };
  return name === 'int8' ? { unit: 'TOPS', size: 1e12 } : { unit: 'TFLOPS', size: 1e12 };
}

/** What repetitions came to, each in bytes or operations per second. */
export function figuresOf(name: MetricName, perSecond: readonly number[]): Omit<Metric, 'faults'> {
  const { unit, size } = unitOf(name);
  const samples = perSecond.map((value) => value / size);
  const middle = median(samples);
  return { name, unit, median: middle, spread: spreadOf(samples), samples };
}

/** The median absolute deviation as a share of the median; 0 where that is 0. */
export function spreadOf(values: readonly number[]): number {
  const middle = median(values);
  const deviation = median(values.map((value) => Math.abs(value - middle)));
  return middle === 0 ? 0 : deviation / middle;
}
