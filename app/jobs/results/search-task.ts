import { z } from 'zod';
import { Found, Pattern } from './pattern.ts';

/** What the worker is given (as `workerData`). */
export const SearchTask = z.object({
  logPath: z.string(),
  patterns: z.array(Pattern),
  limits: z.object({
    maxEntries: z.number(),
    maxBytes: z.number(),
    maxAllBytes: z.number(),
    patternMs: z.number(),
    /** For reading the log and all patterns; when it is over, what was found so far counts. */
    allMs: z.number(),
  }),
  /** Where it says what it does: see `SearchSigns`. */
  signs: z.instanceof(SharedArrayBuffer),
});
export type SearchTask = z.infer<typeof SearchTask>;

/** What the worker answers: one entry per pattern, in their order. */
export const SearchAnswer = z.array(Found);

/**
 * Two numbers that both sides see at any moment, also while the worker is stuck in a pattern: which
 * one it tries now, and how many it has tried.
 */
export class SearchSigns {
  readonly buffer: SharedArrayBuffer;
  readonly #numbers: Int32Array;

  constructor(buffer = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#numbers = new Int32Array(buffer);
  }

  begin(pattern: number): void {
    Atomics.add(this.#numbers, 1, 1);
    Atomics.store(this.#numbers, 0, pattern + 1);
  }

  end(): void {
    Atomics.store(this.#numbers, 0, 0);
  }

  /** The pattern that runs now (null: none), and a number that is another one for each trial. */
  read(): { readonly pattern: number | null; readonly trial: number } {
    const trial = Atomics.load(this.#numbers, 1);
    const pattern = Atomics.load(this.#numbers, 0);
    return { pattern: pattern === 0 ? null : pattern - 1, trial };
  }
}
