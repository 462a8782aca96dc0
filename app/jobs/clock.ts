/** Time as the jobs room sees it, so that tests can rule it. */
export interface Clock {
  /** UTC milliseconds. */
  now(): number;
  /** Calls back once after so many milliseconds; returns the cancel. */
  after(ms: number, callback: () => void): () => void;
}

/** The clock of this computer. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(ms, LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
};

/** `setTimeout` keeps its delay in 31 bits: about 24.8 days; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Calls back at a moment (UTC ms), however far it is; returns the cancel. */
export function atTime(clock: Clock, moment: number, callback: () => void): () => void {
  let cancel = wait();
  return () => cancel();

  function wait(): () => void {
    const left = Math.max(0, moment - clock.now());
    return clock.after(Math.min(left, LONGEST_TIMER_MS), () => {
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
