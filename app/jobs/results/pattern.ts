import { z } from 'zod';
import type { Operation } from '../definition/operation.ts';
import { LogTypes } from '../definition/results.ts';

/** One result to be read from a log: the lines of one operation, tried with one pattern. */
export const Pattern = z.object({
  operation: z.string(),
  name: z.string(),
  source: z.string(),
  /** The kinds of line that it is tried on; null for all. */
  types: LogTypes.nullable(),
});
export type Pattern = z.infer<typeof Pattern>;

/** What a pattern found: text in the order of the log, or why there is nothing to be had. */
export const Found = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    entries: z.array(z.string()),
    /** Why there may be more than these entries; null where they are all. */
    cut: z.enum(['size', 'time']).nullable(),
  }),
  z.object({ ok: z.literal(false), why: z.string() }),
]);
export type Found = z.infer<typeof Found>;

/** The patterns of an operation, in the order of the definition. */
export function patternsOf({ id, results = {} }: Pick<Operation, 'id' | 'results'>): Pattern[] {
  return Object.entries(results).map(([name, wanted]) => {
    const plain = typeof wanted === 'string';
    const source = plain ? wanted : wanted.regex;
    return { operation: id, name, source, types: plain ? null : wanted.logType };
  });
}
