import { setTimeout as after } from 'node:timers/promises';

/** Time as dealings with the host manager see it, so that tests can rule it. */
export interface Clock {
  /** UTC milliseconds. */
  now(): number;
  /** Waits so long; throws the signal's reason where it aborts before. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** `setTimeout` keeps its delay in 31 bits: a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The clock of this computer. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    signal.throwIfAborted();
    await after(Math.min(Math.max(ms, 0), LONGEST_TIMER_MS), undefined, { signal, ref: false });
  },
};
