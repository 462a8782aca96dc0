import { z } from 'zod';
import { MAX_PATTERN_CHARACTERS, MAX_RESULTS } from './limits.ts';
import { dictionary, list, shortText } from './values.ts';

/** A regular expression of JavaScript; whether it compiles is seen where it runs, in a worker. */
const Pattern = shortText(MAX_PATTERN_CHARACTERS);

/** Which kinds of log line a pattern is tried on: one to four, each once. */
export const LogTypes = list(z.enum(['stdin', 'stdout', 'stderr', 'nodeerr']), 4)
  .min(1)
  .refine((types) => new Set(types).size === types.length, {
    error: 'must name each kind of line once',
  });

/** What is read from an operation's log, by name: a pattern, for all or some kinds of line. */
export const OperationResults = dictionary(
  z.union([Pattern, z.strictObject({ regex: Pattern, logType: LogTypes })]),
  MAX_RESULTS,
);
