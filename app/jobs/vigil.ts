import { atTime, steadyClock } from './clock.ts';
import { Retry } from './patience.ts';
import type { Assignment } from './ports.ts';
import { decide, type Seen } from './recovery.ts';
import { expiresAt } from './run.ts';
import { readAssignment, type RunContext } from './run-context.ts';
import type { Cause } from './run-parts.ts';

/** Why the chain or the clock ends a run's work. */
export type ChainCause = Exclude<Cause, 'finished' | 'handed-back' | 'stopped-by-client'>;

/** Whom the vigil tells. `failed` gets what must not happen, e.g. a journal that cannot be written. */
export interface VigilListener {
  ended(cause: ChainCause): void;
  failed(error: unknown): void;
}

/** The watch over one run while it works: its time, and what its client or the chain does to it. */
export interface Vigil {
  /** Reads the chain once and acts on it; what the chain does not answer is asked again later. */
  check(): Promise<void>;
  end(): void;
}

/**
 * Keeps watch until `end`. Nobody is told more than once. What is paid is reckoned by the chain's
 * clock, which this computer cannot read but knows to be past `assignedAt`; from there time is
 * counted steadily, so that a clock set meanwhile lets nobody pay or work for more or less.
 */
export function keepVigil(context: RunContext, listener: VigilListener): Vigil {
  const over = new AbortController();
  const clock = steadyClock(context.clock, context.run().offer.assignedAt);
  const retry = new Retry(context, 'assignment');
  let busy: Promise<void> | null = null;
  let isAskedAgain = false;
  let cancelExpiry = armExpiry();
  const unwatch = context.network.watchAssignment(context.run().offer, look);
  return {
    check,
    end() {
      over.abort();
      cancelExpiry();
      unwatch();
      retry.well();
    },
  };

  function look(): void {
    check().catch((error: unknown) => {
      if (!over.signal.aborted) listener.failed(error);
    });
  }

  function check(): Promise<void> {
    isAskedAgain = busy !== null;
    busy ??= checkNow().finally(() => {
      busy = null;
      if (isAskedAgain && !over.signal.aborted) look();
    });
    return busy;
  }

  async function checkNow(): Promise<void> {
    const assignment = await readAssignment(context);
    if (over.signal.aborted) return;
    extend(assignment);
    const decision = decide(context.run().stage, see(assignment));
    if (decision !== 'go-on') listener.ended(decision);
    else if (assignment.state === 'unknown') askLater(assignment.problem);
    else retry.well();
  }

  /** The timer may have been set before an extension: only the chain knows the time for certain. */
  function extend(assignment: Assignment): void {
    if (assignment.state !== 'assigned') return;
    const { timeoutSeconds } = assignment;
    if (timeoutSeconds <= context.run().timeoutSeconds) return;
    context.record({ type: 'extended', timeoutSeconds });
    cancelExpiry();
    cancelExpiry = armExpiry();
  }

  function see({ state }: Assignment): Seen {
    const isPaidNoMore = clock.now() >= expiresAt(context.run());
    return isPaidNoMore && (state === 'assigned' || state === 'unknown') ? 'expired' : state;
  }

  function askLater(problem: Parameters<Retry['failed']>[0]): void {
    void retry.failed(problem, over.signal).then(() => {
      if (!over.signal.aborted) look();
    });
  }

  function armExpiry(): () => void {
    return atTime(clock, expiresAt(context.run()), look);
  }
}
