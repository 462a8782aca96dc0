import { z } from 'zod';
import { BenchmarkReport, Metric, MetricName } from '../../contract/benchmark.ts';

/** What is to be measured, by what, and on which card; null leaves the choice to us. */
export const Plan = z.object({
  backend: BenchmarkReport.shape.backend.nullable(),
  card: z.string().nullable(),
  metrics: z.array(MetricName),
});
export type Plan = z.infer<typeof Plan>;

/** What the child is told. */
export const Order = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('measure'), plan: Plan }),
  z.object({ kind: z.literal('stop') }),
]);
export type Order = z.infer<typeof Order>;

/** What the child tells; `alive` says that no call into the driver holds it. */
export const Word = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('alive') }),
  z.object({
    kind: z.literal('opened'),
    backend: BenchmarkReport.shape.backend,
    card: BenchmarkReport.shape.card,
  }),
  z.object({ kind: z.literal('metric'), metric: Metric }),
  z.object({ kind: z.literal('done'), left: BenchmarkReport.shape.left }),
  z.object({
    kind: z.literal('failed'),
    error: z.object({ code: z.string(), message: z.string(), remedy: z.string() }),
  }),
]);
export type Word = z.infer<typeof Word>;
