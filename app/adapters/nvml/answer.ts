import { z } from 'zod';
import { Card, CardProcess } from '../../contract/gpu.ts';

/** What the child that reads NVML is asked: a reading, with the programs that use the cards or not. */
export const NvmlQuestion = z.object({ processes: z.boolean() });
export type NvmlQuestion = z.infer<typeof NvmlQuestion>;

/** What it answers. */
export const NvmlAnswer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('cards'),
    driver: z.string().nullable(),
    cuda: z.string().nullable(),
    cards: z.array(Card),
    processes: z.array(CardProcess).optional(),
    faults: z.array(z.object({ index: z.number().int(), kind: z.enum(['lost', 'needs-reset']) })),
  }),
  z.object({ kind: z.literal('no-library') }),
  /** nvmlReturn_t of the call that failed. */
  z.object({ kind: z.literal('failed'), status: z.number().int() }),
]);
export type NvmlAnswer = z.infer<typeof NvmlAnswer>;
