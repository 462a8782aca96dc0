import { z } from 'zod';
import { SlowReason } from './gpu.ts';

/** What is measured. The rates name operand and accumulator; "to" and "from" are the card's. */
export const MetricName = z.enum([
  'memory-read',
  'memory-copy',
  'fp32',
  'fp16-fp16',
  'fp16-fp32',
  'bf16-fp32',
  'int8',
  'fp8-fp32',
  'pcie-to-card',
  'pcie-from-card',
  'memory-test',
]);
export type MetricName = z.infer<typeof MetricName>;

/** Wrong results: how many, which bits were ever wrong, and the first places. */
export const Faults = z.object({
  count: z.number().int(),
  /** All bits that were ever wrong, as one 32-bit word; 0 where they cannot be told. */
  wrongBits: z.number().int(),
  /** In words: "multiprocessor 12", "byte 0x1f40 of block 3". At most 8. */
  places: z.array(z.string()),
});
export type Faults = z.infer<typeof Faults>;

export const Metric = z.object({
  name: MetricName,
  unit: z.enum(['GB/s', 'TFLOPS', 'TOPS']),
  median: z.number(),
  /** Median absolute deviation as a share of the median. */
  spread: z.number(),
  /** One for each repetition. */
  samples: z.array(z.number()),
  faults: Faults,
});
export type Metric = z.infer<typeof Metric>;

/** How thorough: 25 seconds, 5 minutes or 20; the longer ones load the card until it is hot. */
export const Level = z.enum(['quick', 'health', 'soak']);
export type Level = z.infer<typeof Level>;

/** What the card told of itself while something was measured; null where it does not tell. */
export const Observed = z.object({
  /** Medians. */
  coreClockMhz: z.number().nullable(),
  memoryClockMhz: z.number().nullable(),
  /** The highest. */
  temperatureC: z.number().nullable(),
  memoryTemperatureC: z.number().nullable(),
  /** The mean, and the limit that was in force. */
  powerWatts: z.number().nullable(),
  powerLimitWatts: z.number().nullable(),
  /** The widest that was seen: cards shrink their link at rest. */
  pcieGen: z.number().nullable(),
  pcieWidth: z.number().nullable(),
  /** Why it ran below its highest clocks: in which share of the readings, and since when. */
  slowedBy: z.array(z.object({ reason: SlowReason, share: z.number(), afterSeconds: z.number() })),
});
export type Observed = z.infer<typeof Observed>;

/** Computing and copying at once, without a pause, until the card is as hot as it becomes. */
export const Sustained = z.object({
  /** What it computed. */
  name: MetricName,
  unit: Metric.shape.unit,
  /** One for each second. */
  perSecond: z.array(z.number()),
  faults: Faults,
  /** The last minute, or the last third, beside seconds 5 to 15; null where it was too short. */
  retention: z.number().nullable(),
  /** The slowest second but for one in twenty, beside seconds 5 to 15. */
  worst: z.number().nullable(),
  observed: Observed.nullable(),
});
export type Sustained = z.infer<typeof Sustained>;

/** A metric beside a healthy card; null where it is not known how that would do. */
const Score = z.object({
  /** What a healthy card of this kind delivers, in the metric's unit. */
  reference: z.number().nullable(),
  /** Delivered of that; above 1 is well. Null also where results were wrong. */
  ratio: z.number().nullable(),
  /** The same beside a healthy card at the clocks that were measured: what heat and limits do not explain. */
  efficiency: z.number().nullable(),
});
export type Score = z.infer<typeof Score>;

const ScoredMetric = Metric.extend({
  ...Score.shape,
  /** The median right after the sustained load; null without one. */
  hot: z.number().nullable(),
  observed: Observed.nullable(),
});
export type ScoredMetric = z.infer<typeof ScoredMetric>;

/** Something that the figures say of the card: a stable code, a sentence, and what to do. */
const Finding = z.object({ code: z.string(), message: z.string(), remedy: z.string() });
export type Finding = z.infer<typeof Finding>;

/** `watch`: something is slow; `unknown`: nothing to compare with, or too much scatter. */
const Verdict = z.enum(['healthy', 'watch', 'fault', 'unknown']);
export type Verdict = z.infer<typeof Verdict>;

const Range = z.object({ low: z.number(), likely: z.number(), high: z.number() });
export type Range = z.infer<typeof Range>;

/** What the card would do for one user. */
const Forecast = z.object({
  /** Why there is none; null where there is one. */
  why: z.string().nullable(),
  models: z.array(
    z.object({
      name: z.string(),
      quantization: z.string(),
      /** As many are in its context. */
      contextTokens: z.number().int(),
      /** With its context, into the card's memory. */
      fits: z.boolean(),
      /** Tokens made, and tokens read of a prompt, per second. */
      decodePerSecond: Range.nullable(),
      prefillPerSecond: Range.nullable(),
    }),
  ),
  /** Of 1024 × 1024 images, with guidance. */
  sdxlStepsPerSecond: Range.nullable(),
});
export type Forecast = z.infer<typeof Forecast>;

/** What the card says of itself; null where it does not. */
const DeviceFacts = z.object({
  name: z.string(),
  /** Of a card as its driver writes it; of another device its place in OpenCL's lists. */
  uuid: z.string(),
  /** A processor computes by OpenCL, to try the benchmark: it is not to be compared with a card. */
  kind: z.enum(['gpu', 'cpu']),
  /** Whose OpenCL computes, and which; null with CUDA. */
  platform: z.string().nullable(),
  /** 8.9 is [8, 9]; null for what is not NVIDIA's. */
  computeCapability: z.tuple([z.number().int(), z.number().int()]).nullable(),
  /** What OpenCL calls compute units. */
  multiprocessors: z.number().int(),
  memoryBytes: z.number(),
  l2Bytes: z.number().nullable(),
  /** As advertised (boost). */
  clockMhz: z.number().nullable(),
  memoryClockMhz: z.number().nullable(),
  memoryBusBits: z.number().nullable(),
  /** 12040 is CUDA 12.4; null with OpenCL. */
  driverCuda: z.number().int().nullable(),
});
export type DeviceFacts = z.infer<typeof DeviceFacts>;

/** How far a run has come. */
export const BenchmarkProgress = z.object({
  /** Of the whole, what was done before it was stopped included. */
  share: z.number(),
  remainingSeconds: z.number(),
  /** What is measured now, or the load. */
  now: z.union([MetricName, z.literal('load')]),
});
export type BenchmarkProgress = z.infer<typeof BenchmarkProgress>;

/** What `offpeak benchmark --json` prints. */
export const BenchmarkReport = z.object({
  card: DeviceFacts,
  backend: z.enum(['cuda', 'opencl']),
  level: Level,
  /** UTC, milliseconds. */
  startedAt: z.number().int(),
  endedAt: z.number().int(),
  metrics: z.array(ScoredMetric),
  /** One for each stretch without a pause; none at the level "quick". */
  sustained: z.array(Sustained),
  /** What else used the card meanwhile, in words: then there is no verdict on its speed. */
  disturbedBy: z.array(z.string()),
  /** What this card or its driver cannot do, with the reason. */
  left: z.array(z.object({ name: MetricName, reason: z.string() })),
  verdict: Verdict,
  problems: z.array(Finding),
  forecast: Forecast,
});
export type BenchmarkReport = z.infer<typeof BenchmarkReport>;

/** An earlier report, as a list shows it. */
export const BenchmarkSummary = z.object({
  ...BenchmarkReport.pick({ startedAt: true, level: true, backend: true, verdict: true }).shape,
  metrics: z.array(Metric.pick({ name: true, median: true, unit: true })),
});
export type BenchmarkSummary = z.infer<typeof BenchmarkSummary>;

/** The benchmark as views see it: one runs at a time. */
export const BenchmarkState = z.object({
  running: BenchmarkProgress.extend({
    card: z.string(),
    /** A sweep goes through power limits; `capWatts` is the one of now. */
    level: z.union([Level, z.literal('sweep')]),
    capWatts: z.number().nullable(),
  }).nullable(),
  /** Why the last run did not come to its end; null while it did, or the owner stopped it. */
  problem: Finding.extend({ card: z.string() }).nullable(),
  /** Rises whenever there is something new to ask for. */
  revision: z.number().int(),
});
export type BenchmarkState = z.infer<typeof BenchmarkState>;
