import type { BenchmarkReport, Metric, MetricName } from '../contract/benchmark.ts';
import type { ComputeDevice } from './compute.ts';
import { type Effort, measure } from './measure.ts';

/** What a quick run does. */
export interface QuickRun {
  readonly metrics: readonly MetricName[];
  readonly signal: AbortSignal;
  readonly onMetric: (metric: Metric) => void;
  /** Device time of one repetition; 300 unless a test is in a hurry. */
  readonly milliseconds?: number;
}

/** Makes the data: the same for every run, or power and clocks could not be compared. */
export const QUICK_SEED = 20_260_101;
const REPETITIONS = 7;
const REPETITION_MS = 300;
/** A card that slept needs this long to reach its clocks, in repetitions. */
const WARM_UP = 10;

/** Measures each metric in turn; about 25 s for all. Throws what `measure` throws. */
export async function quickBenchmark(
  device: ComputeDevice,
  run: QuickRun,
): Promise<Pick<BenchmarkReport, 'left'> & { metrics: Metric[] }> {
  const milliseconds = run.milliseconds ?? REPETITION_MS;
  const effort: Effort = { repetitions: REPETITIONS, milliseconds, signal: run.signal };
  const metrics: Metric[] = [];
  const left: { name: MetricName; reason: string }[] = [];
  let isWarm = false;
  for (const name of run.metrics) {
    const workload = device.prepare(name, QUICK_SEED);
    if ('unable' in workload) {
      left.push({ name, reason: workload.unable });
      continue;
    }
    try {
      const warmUp = isWarm ? null : await measure(workload, { ...effort, repetitions: WARM_UP });
      isWarm = true;
      const isWrong = warmUp !== null && warmUp.faults.count > 0;
      const { samples, faults } = isWrong ? warmUp : await measure(workload, effort);
      const metric = { ...figuresOf(name, samples), faults };
      metrics.push(metric);
      run.onMetric(metric);
    } finally {
      workload.release();
    }
  }
  return { metrics, left };
}

function figuresOf(name: MetricName, perSecond: readonly number[]): Omit<Metric, 'faults'> {
  const { unit, size } = unitOf(name);
  const samples = perSecond.map((value) => value / size);
  const middle = median(samples);
  const deviation = median(samples.map((value) => Math.abs(value - middle)));
  return { name, unit, median: middle, spread: middle === 0 ? 0 : deviation / middle, samples };
}

function unitOf(name: MetricName): { unit: Metric['unit']; size: number } {
  if (/^(memory|pcie)-/.test(name)) return { unit: 'GB/s', size: 1e9 };
  return name === 'int8' ? { unit: 'TOPS', size: 1e12 } : { unit: 'TFLOPS', size: 1e12 };
}

/** The middle value, of an even number the mean of the two in the middle; 0 of none. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return (lower + upper) / 2;
}
