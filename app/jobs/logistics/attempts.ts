import { sleep } from '../clock.ts';
import { isPassing, problemOf, withDeadline, type Patience } from '../patience.ts';

/** As often and as far apart as the network's own host tries. */
const TRIES = 4;
const PAUSE_MS = 10_000;
/** The network's own host waits for ever; the client pays for this time. */
const TRY_MS = 30_000;

/**
 * Tries work that depends on somebody else's server, each time with a deadline, and shows what is
 * in the way meanwhile. Throws the last failure, at once where trying again is useless.
 */
export async function attempt<T>(
  { clock, report }: Patience,
  topic: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    for (let left = TRIES - 1; ; left -= 1) {
      try {
        return await withDeadline(clock, TRY_MS, signal, work);
      } catch (error) {
        const problem = problemOf(error);
        if (signal.aborted || left === 0 || !isPassing(problem)) throw error;
        report(topic, problem, clock.now() + PAUSE_MS);
      }
      await sleep(clock, PAUSE_MS, signal);
    }
  } finally {
    report(topic, null, 0);
  }
}
