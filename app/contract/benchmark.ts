import { z } from 'zod';

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
const Faults = z.object({
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

/** A metric beside a healthy card; null where it is not known how that would do. */
const Score = z.object({
  /** What a healthy card of this kind delivers, in the metric's unit. */
  reference: z.number().nullable(),
  /** Delivered of that; above 1 is well. Null also where results were wrong. */
  ratio: z.number().nullable(),
});
export type Score = z.infer<typeof Score>;

const ScoredMetric = Metric.extend(Score.shape);
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

/** What `offpeak benchmark --json` prints. */
export const BenchmarkReport = z.object({
  card: DeviceFacts,
  backend: z.enum(['cuda', 'opencl']),
  /** UTC, milliseconds. */
  startedAt: z.number().int(),
  endedAt: z.number().int(),
  metrics: z.array(ScoredMetric),
  /** What this card or its driver cannot do, with the reason. */
  left: z.array(z.object({ name: MetricName, reason: z.string() })),
  verdict: Verdict,
  problems: z.array(Finding),
  forecast: Forecast,
});
export type BenchmarkReport = z.infer<typeof BenchmarkReport>;
