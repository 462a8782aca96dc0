import type {
  DeviceFacts,
  Metric,
  MetricName,
  Observed,
  ScoredMetric,
  Sustained,
} from '../../../app/contract/benchmark.ts';

/** A desktop GeForce of compute capability 8.9; `changes` make another. */
export function facts(changes: Partial<DeviceFacts> = {}): DeviceFacts {
  return {
    name: 'NVIDIA GeForce RTX 4090',
    uuid: 'GPU-1',
    kind: 'gpu',
    platform: null,
    computeCapability: [8, 9],
    multiprocessors: 128,
    memoryBytes: 24 * 1024 ** 3,
    l2Bytes: 72 * 1024 ** 2,
    clockMhz: 2_520,
    memoryClockMhz: 10_501,
    memoryBusBits: 384,
    driverCuda: 13_000,
    ...changes,
  };
}

/** A metric with this median, steady and right. */
export function metric(name: MetricName, median: number, changes: Partial<Metric> = {}): Metric {
  const isBytes = name.startsWith('memory-') || name.startsWith('pcie-');
  const unit = isBytes ? 'GB/s' : name === 'int8' ? 'TOPS' : 'TFLOPS';
  const faults = { count: 0, wrongBits: 0, places: [] };
  return { name, unit, median, spread: 0.002, samples: [median], faults, ...changes };
}

/** The same, with nothing to compare it with. */
export function unscored(one: Metric, changes: Partial<ScoredMetric> = {}): ScoredMetric {
  const score = { reference: null, ratio: null, efficiency: null };
  return { ...one, ...score, hot: null, observed: null, ...changes };
}

/** A card at work, as it told of itself: well, at its usual limit. */
export function observed(changes: Partial<Observed> = {}): Observed {
  return {
    coreClockMhz: 2_745,
    memoryClockMhz: 10_501,
    temperatureC: 67,
    memoryTemperatureC: null,
    powerWatts: 311,
    powerLimitWatts: 450,
    pcieGen: 4,
    pcieWidth: 16,
    slowedBy: [],
    ...changes,
  };
}

/** Three minutes of load that changed nothing. */
export function sustained(changes: Partial<Sustained> = {}): Sustained {
  return {
    name: 'fp16-fp32',
    unit: 'TFLOPS',
    perSecond: Array.from({ length: 180 }, () => 160),
    faults: { count: 0, wrongBits: 0, places: [] },
    retention: 1,
    worst: 1,
    observed: observed(),
    ...changes,
  };
}
