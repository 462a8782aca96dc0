import { z } from 'zod';
import { MAX_ENV_BYTES, MAX_ENV_ENTRIES, MAX_PATH_CHARACTERS, MAX_TEXT_BYTES } from './limits.ts';

/**
 * Any text that can reach the engine: one argument or variable that Linux accepts, without NUL.
 * The reader of the document already refuses NUL; a literal may bring one in from a job's log.
 */
export const Text = z
  .string()
  .refine((value) => Buffer.byteLength(value) <= MAX_TEXT_BYTES, {
    error: `must be at most ${MAX_TEXT_BYTES} bytes`,
  })
  .refine((value) => !value.includes('\0'), { error: 'must not hold a NUL character' });

/** A text of at most so many characters. */
export function shortText(maxCharacters: number): z.ZodString {
  return Text.max(maxCharacters);
}

/** A path inside the container, or a file's name. */
export const PathText = shortText(MAX_PATH_CHARACTERS);

/** A whole number between two bounds, both allowed. */
export function wholeNumber(min: number, max: number): z.ZodNumber {
  return z.number().refine((value) => Number.isInteger(value) && value >= min && value <= max, {
    error: ({ input }) => `must be a whole number from ${min} to ${max}, found ${String(input)}`,
  });
}

/** A list of at most so many entries. */
export function list<Item extends z.ZodType>(item: Item, max: number): z.ZodArray<Item> {
  return z.array(item).max(max);
}

/** An object whose keys are free, with at most so many of them. */
export function dictionary<Value extends z.ZodType>(
  value: Value,
  max: number,
): z.ZodRecord<typeof Text, Value> {
  return z.record(Text, value).refine((entries) => Object.keys(entries).length <= max, {
    error: `must have at most ${max} entries`,
  });
}

/** Environment variables. What a name may look like is policy (policy.ts), not shape. */
export const Env = dictionary(Text, MAX_ENV_ENTRIES).refine(
  (env) => envBytes(env) <= MAX_ENV_BYTES,
  { error: `must be at most ${MAX_ENV_BYTES} bytes in all` },
);

/** Size of an environment as the kernel keeps it: `name=value` and a NUL each. */
function envBytes(env: Readonly<Record<string, string>>): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(env)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value) + 2;
  }
  return bytes;
}
