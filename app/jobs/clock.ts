import { uptime } from 'node:os';

/** Time as the jobs room sees it, so that tests can rule it. */
export interface Clock {
  /** UTC milliseconds, as this computer's clock is set now: for records and for people. */
  now(): number;
  /**
   * Milliseconds of a clock that nobody can set and that goes on while the computer sleeps: for
   * everything that lasts. Only differences mean something.
   */
  steady(): number;
  /** Calls back once after so many milliseconds, sleep not counted; returns the cancel. */
  after(ms: number, callback: () => void): () => void;
}

/** The clock of this computer. */
export const systemClock: Clock = {
  now: () => Date.now(),
  // Not performance.now(), which stands still on Linux while the computer sleeps.
  steady: () => uptime() * 1000,
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(ms, LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
};

/** `setTimeout` keeps its delay in 31 bits: about 24.8 days; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Timers do not count while the computer sleeps: so late at most is a moment noticed then. */
const LONGEST_NAP_MS = 30_000;

/**
 * A clock whose `now` starts at the time of `clock`, or at `atLeast` (UTC ms) where that is later,
 * and goes on steadily: whoever sets the computer's clock meanwhile, forward or back, moves nothing.
 */
export function steadyClock(clock: Clock, atLeast: number): Clock {
  const offset = Math.max(clock.now(), atLeast) - clock.steady();
  return {
    now: () => clock.steady() + offset,
    steady: () => clock.steady(),
    after: (ms, callback) => clock.after(ms, callback),
  };
}

/** Calls back at a moment (UTC ms), however far it is; returns the cancel. */
export function atTime(clock: Clock, moment: number, callback: () => void): () => void {
  let cancel = wait();
  return () => cancel();

  function wait(): () => void {
    const left = Math.max(0, moment - clock.now());
    return clock.after(Math.min(left, LONGEST_NAP_MS), () => {
      if (clock.now() >= moment) callback();
      else cancel = wait();
    });
  }
}

/** Waits so long, or until the signal aborts; does not tell which. */
export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    signal.addEventListener('abort', done, { once: true });
  });
}
