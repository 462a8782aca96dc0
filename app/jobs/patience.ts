import { OffpeakError, errorTable, toErrorReport } from '../contract/errors.ts';
import type { Problem } from '../contract/gpu.ts';
import { sleep, type Clock } from './clock.ts';

/** Pause before the next try, in ms: doubles from one second up to one minute. */
export function backOffMs(failures: number): number {
  return Math.min(60_000, 1000 * 2 ** Math.min(failures - 1, 10));
}

/** Where waits are shown: what stands in the way, and when it is tried again (UTC ms). */
export type Report = (topic: string, problem: Problem | null, nextAttemptAt: number) => void;

export interface Patience {
  readonly clock: Clock;
  readonly report: Report;
}

/**
 * Keeps one visible count of failures of one thing: `failed` waits before the next try (or until
 * the signal aborts), `well` takes the problem off the screen.
 */
export class Retry {
  readonly #patience: Patience;
  readonly #topic: string;
  #failures = 0;

  constructor(patience: Patience, topic: string) {
    this.#patience = patience;
    this.#topic = topic;
  }

  get failures(): number {
    return this.#failures;
  }

  /** `longestMs` bounds the pause where a long one would be noticed. */
  async failed(problem: Problem, signal: AbortSignal, longestMs = 60_000): Promise<void> {
    this.#failures += 1;
    const pauseMs = Math.min(longestMs, backOffMs(this.#failures));
    const { clock, report } = this.#patience;
    report(this.#topic, problem, clock.now() + pauseMs);
    await sleep(clock, pauseMs, signal);
  }

  well(): void {
    if (this.#failures > 0) this.#patience.report(this.#topic, null, 0);
    this.#failures = 0;
  }
}

/** A caught error as a problem for the screen. */
export function problemOf(error: unknown): Problem {
  const { code, message, remedy } = toErrorReport(error);
  return { code, message, remedy };
}

/** True for problems that pass by themselves, by the table of errors. */
export function isPassing({ code }: Problem): boolean {
  const row = Object.entries(errorTable).find(([known]) => known === code)?.[1];
  return row?.retry === 'auto';
}

/**
 * Gives work a deadline in ms: throws `jobs.timed-out` past it, and the signal's reason when that
 * aborts first. Work that ignores its signal is abandoned, so it must be harmless when it ends late.
 */
export async function withDeadline<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const over = new AbortController();
  const cancel = clock.after(ms, () => over.abort(new OffpeakError('jobs.timed-out')));
  // A joined signal that never aborts would be kept alive by the long-lived one: end it always.
  const either = AbortSignal.any([signal, over.signal]);
  try {
    return await Promise.race([work(either), rejectOnAbort(either)]);
  } finally {
    cancel();
    over.abort();
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener(
      'abort',
      () => {
        const reason: unknown = signal.reason;
        reject(reason instanceof Error ? reason : new OffpeakError('jobs.timed-out'));
      },
      { once: true },
    );
  });
}
