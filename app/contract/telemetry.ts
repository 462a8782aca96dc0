import { z } from 'zod';

/** What is kept of each reading of a card, in the units of the card's own fields. */
export const CardMetric = z.enum([
  'temperature',
  'memory-temperature',
  'power',
  'load',
  'memory-used',
  'fan',
  'core-clock',
  'memory-clock',
]);
export type CardMetric = z.infer<typeof CardMetric>;

/** A stretch of time: the lowest and highest reading in it, and their mean. `at` is its start. */
export const MetricPoint = z.object({
  at: z.number(),
  low: z.number(),
  mean: z.number(),
  high: z.number(),
});
export type MetricPoint = z.infer<typeof MetricPoint>;

/** Something about a card that its owner should know of, for as long as it lasts. */
export const Alert = z.object({
  /** Stable: one alert of a code for a card at a time. */
  code: z.string(),
  /** UUID; null where it is not known which. */
  card: z.string().nullable(),
  /** UTC, milliseconds. */
  since: z.number(),
  text: z.string(),
  remedy: z.string(),
});
export type Alert = z.infer<typeof Alert>;
