import { z } from 'zod';
import { BenchmarkReport } from '../../contract/benchmark.ts';
import { StepWord } from '../ladder/run-steps.ts';
import { Step } from '../ladder/steps.ts';

/** On which card, and by what; null leaves the choice to us. */
export const Wish = z.object({
  backend: BenchmarkReport.shape.backend.nullable(),
  card: z.string().nullable(),
});
export type Wish = z.infer<typeof Wish>;

/** What the child is told: to open a card, then to do steps; at any time, to stop. */
export const Order = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('open'), wish: Wish }),
  z.object({ kind: z.literal('do'), steps: z.array(Step) }),
  z.object({ kind: z.literal('stop') }),
]);
export type Order = z.infer<typeof Order>;

const Opened = z.object({
  kind: z.literal('opened'),
  pid: z.number().int(),
  backend: BenchmarkReport.shape.backend,
  card: BenchmarkReport.shape.card,
});
export type Opened = z.infer<typeof Opened>;

/** What the child tells; `alive` says that no call into the driver holds it. */
export const Word = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('alive') }),
  Opened,
  ...StepWord.options,
  z.object({ kind: z.literal('done') }),
  z.object({
    kind: z.literal('failed'),
    error: z.object({ code: z.string(), message: z.string(), remedy: z.string() }),
  }),
]);
export type Word = z.infer<typeof Word>;
