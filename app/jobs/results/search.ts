import type { LogLine } from '../../contract/job.ts';
import type { Found, Pattern } from './pattern.ts';

/** How much patterns may find and how long that may take. */
export interface SearchLimits {
  readonly maxEntries: number;
  /** Bytes of one result, and of all of them. */
  readonly maxBytes: number;
  readonly maxAllBytes: number;
  readonly patternMs: number;
}

/** Watches over the moments in which a pattern runs, and measures them. */
export interface Watch {
  begin(pattern: number): void;
  /** Milliseconds since `begin`. */
  end(): number;
}

/**
 * Tries patterns on the lines of a log, as the network's own host does: of each line the first match
 * counts, and it and then each of its groups become entries of the result. A group that took no part
 * is empty text, so that the groups of each line stay at the same places.
 */
export class Search {
  readonly #limits: SearchLimits;
  readonly #watch: Watch;
  readonly #trials: readonly Trial[];
  readonly #byOperation: ReadonlyMap<string, readonly Trial[]>;
  #bytesLeft: number;

  constructor(patterns: readonly Pattern[], limits: SearchLimits, watch: Watch) {
    this.#limits = limits;
    this.#watch = watch;
    this.#bytesLeft = limits.maxAllBytes;
    this.#trials = patterns.map(trial);
    this.#byOperation = Map.groupBy(this.#trials, ({ pattern }) => pattern.operation);
  }

  /** True when no line can add anything any more. */
  get isOver(): boolean {
    return this.#trials.every(isOver);
  }

  /** Takes one line of the log. */
  line({ operation, stream, text }: LogLine): void {
    if (text === '') return;
    const type = stream === 'host' ? 'nodeerr' : stream;
    for (const one of this.#byOperation.get(operation) ?? []) {
      if (!isOver(one) && isMeant(one.pattern.types, type)) this.#try(one, text);
    }
  }

  /** What was found so far, by the places of the patterns; `early`: there was no time for the rest. */
  found(early: boolean): Found[] {
    return this.#trials.map(({ failure, entries, isCut }) => {
      if (failure !== null) return { ok: false, why: failure };
      return { ok: true, entries, cut: isCut ? 'size' : early ? 'time' : null };
    });
  }

  #try(one: Trial, text: string): void {
    let match: RegExpExecArray | null = null;
    this.#watch.begin(one.index);
    try {
      match = one.regex?.exec(text) ?? null;
    } catch (error) {
      // Some patterns turn out to be too large only when they are used.
      one.failure = String(error);
    }
    one.spentMs += this.#watch.end();
    if (match !== null) this.#keep(one, match);
    if (one.spentMs > this.#limits.patternMs) one.failure = tooSlow(this.#limits.patternMs);
  }

  #keep(one: Trial, match: readonly (string | undefined)[]): void {
    const { maxEntries, maxBytes } = this.#limits;
    const entries = match.map((entry) => entry ?? '');
    const bytes = entries.reduce((sum, entry) => sum + Buffer.byteLength(entry), 0);
    const fits = bytes <= Math.min(maxBytes - one.bytes, this.#bytesLeft);
    // The groups of a line belong together: all of them, or none.
    if (!fits || one.entries.length + entries.length > maxEntries) {
      one.isCut = true;
      return;
    }
    one.entries.push(...entries);
    one.bytes += bytes;
    this.#bytesLeft -= bytes;
  }
}

/** Why a pattern gives nothing that takes longer than so many milliseconds. */
export function tooSlow(patternMs: number): string {
  return `This pattern took longer than ${patternMs / 1000} seconds and was stopped.`;
}

interface Trial {
  readonly pattern: Pattern;
  readonly index: number;
  readonly regex: RegExp | null;
  readonly entries: string[];
  bytes: number;
  spentMs: number;
  isCut: boolean;
  failure: string | null;
}

function trial(pattern: Pattern, index: number): Trial {
  const start = { pattern, index, entries: [], bytes: 0, spentMs: 0, isCut: false };
  try {
    // The network's own host makes slashes of a lone "*", none or more of them: it matches always.
    const regex = new RegExp(pattern.source === '*' ? '/*' : pattern.source);
    return { ...start, regex, failure: null };
  } catch (error) {
    return { ...start, regex: null, failure: String(error) };
  }
}

function isOver({ isCut, failure }: Trial): boolean {
  return isCut || failure !== null;
}

function isMeant(types: Pattern['types'], type: 'stdout' | 'stderr' | 'nodeerr'): boolean {
  return types === null || types.includes(type);
}
