import { z } from 'zod';
import { BenchmarkReport, Metric, MetricName } from './benchmark.ts';

/** What a card does at one power limit. */
export const SweepPoint = z.object({
  capWatts: z.number(),
  /** Of the load, per second: the median of the seconds that were measured, in the unit of the work. */
  perSecond: z.number(),
  /** Median absolute deviation as a share of it. */
  spread: z.number(),
  /** Of what it does at its usual limit. */
  share: z.number(),
  /** Drawn, on average; null where the card does not tell. */
  watts: z.number().nullable(),
  /** The hottest. */
  celsius: z.number().nullable(),
  coreClockMhz: z.number().nullable(),
});
export type SweepPoint = z.infer<typeof SweepPoint>;

/** What a card does at several power limits. */
export const SweepReport = z.object({
  card: BenchmarkReport.shape.card,
  backend: BenchmarkReport.shape.backend,
  /** UTC, milliseconds. */
  startedAt: z.number().int(),
  endedAt: z.number().int(),
  work: z.object({ name: MetricName, unit: Metric.shape.unit }),
  /** From the usual limit downwards. */
  points: z.array(SweepPoint),
  /** Below this limit the card loses more than it saves; null where no such limit stands out. */
  kneeWatts: z.number().nullable(),
  /** What else used the card meanwhile, in words: then the figures are not to be relied on. */
  disturbedBy: z.array(z.string()),
});
export type SweepReport = z.infer<typeof SweepReport>;
