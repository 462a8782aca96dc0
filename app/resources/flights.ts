import { OffpeakError } from '../contract/errors.ts';
import type { PullProgress } from '../contract/job.ts';

/** One who waits for a download. */
export interface Waiter {
  readonly run: string;
  readonly onProgress: (progress: PullProgress) => void;
  readonly signal: AbortSignal;
}

/** What a download is given: where to report, when to stop. */
export interface Flight<Result> {
  readonly fly: (
    onProgress: (progress: PullProgress) => void,
    signal: AbortSignal,
  ) => Promise<Result>;
  /** Called once it is done, for all who waited, before any of them learns of it. */
  readonly land: (result: Result, runs: readonly string[]) => void;
}

interface Underway<Result> {
  readonly stop: AbortController;
  readonly waiters: Set<Waiter>;
  last: PullProgress | null;
  readonly done: Promise<Result>;
}

/**
 * One download at a time for each thing: who asks for what is on its way already waits with the
 * others and sees the same progress. It stops when the last of them no longer wants it.
 */
export class Flights<Result> {
  readonly #underway = new Map<string, Underway<Result>>();

  /** Throws what the download failed with, or `resources.stopped` when the waiter's signal aborts. */
  async join(id: string, waiter: Waiter, flight: Flight<Result>): Promise<Result> {
    for (;;) {
      if (waiter.signal.aborted) throw new OffpeakError('resources.stopped');
      const known = this.#underway.get(id);
      if (known === undefined) return this.#wait(this.#start(id, waiter, flight), waiter);
      if (!known.stop.signal.aborted) return this.#wait(known, waiter);
      // One that was given up is still letting go of its volume.
      await known.done.catch(() => undefined);
    }
  }

  #start(id: string, first: Waiter, { fly, land }: Flight<Result>): Underway<Result> {
    const stop = new AbortController();
    const waiters = new Set([first]);
    const report = (progress: PullProgress): void => {
      underway.last = progress;
      for (const { onProgress } of waiters) onProgress(progress);
    };
    const work = async (): Promise<Result> => {
      try {
        const result = await fly(report, stop.signal);
        land(
          result,
          [...waiters].map(({ run }) => run),
        );
        return result;
      } finally {
        this.#underway.delete(id);
      }
    };
    const underway: Underway<Result> = { stop, waiters, last: null, done: afterThis(work) };
    this.#underway.set(id, underway);
    return underway;
  }

  #wait(underway: Underway<Result>, waiter: Waiter): Promise<Result> {
    const { waiters, stop, last, done } = underway;
    waiters.add(waiter);
    if (last !== null) waiter.onProgress(last);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        waiters.delete(waiter);
        if (waiters.size === 0) stop.abort();
        reject(new OffpeakError('resources.stopped'));
      };
      waiter.signal.addEventListener('abort', leave, { once: true });
      done.then(resolve, reject).finally(() => waiter.signal.removeEventListener('abort', leave));
    });
  }
}

// The map has to know the flight before its first step.
async function afterThis<T>(work: () => Promise<T>): Promise<T> {
  await Promise.resolve();
  return work();
}
