import { z } from 'zod';
import { isLiteral } from './literals.ts';

/** The entry that vanishes, and takes its list with it when nothing else is left. */
export const REMOVE_IF_EMPTY = '__remove-if-empty__';

/** The keys that stand for entries which are known only while the job runs. */
export const SPREAD = '__spread__';
export const PAIRS = '__pairs__';

/** A place in a list where the entries that a literal stands for are put in. */
export const SpreadMarker = z.strictObject({
  [SPREAD]: z.string().refine(isLiteral, {
    error: 'must be a literal such as %%ops.setup.results.ports%%',
  }),
  chunked: z.boolean().optional(),
});
