import type { EffectiveArgs } from './definition/effective.ts';

/** When a container that ended is started again; `tries` is null where that is without limit. */
export interface RestartRule {
  readonly when: 'never' | 'on-failure' | 'always';
  readonly tries: number | null;
}

export const NEVER_AGAIN: RestartRule = { when: 'never', tries: null };

/** What Docker's restart manager waits first, at most, and after which run it begins anew. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 60_000;
const LONG_RUN_MS = 10_000;

/**
 * A definition's policy as Docker means it: only a person's stop tells `always` from
 * `unless-stopped`, and here that ends the operation either way; no number, and 0, is no limit. Pure.
 */
export function restartRule(policy: EffectiveArgs['restartPolicy']): RestartRule {
  if (typeof policy !== 'string') {
    return { when: 'on-failure', tries: policy.restart_tries || null };
  }
  switch (policy) {
    case 'no':
      return NEVER_AGAIN;
    case 'on-failure':
      return { when: 'on-failure', tries: null };
    case 'always':
    case 'unless-stopped':
      return { when: 'always', tries: null };
  }
}

/** Whether a container that ended by itself runs again, after so many restarts. Pure. */
export function runsAgain(
  { when, tries }: RestartRule,
  { exitCode, diskExceeded }: { readonly exitCode: number; readonly diskExceeded: boolean },
  restarts: number,
): boolean {
  // It would only fill its share of the disk again.
  if (when === 'never' || diskExceeded) return false;
  if (when === 'always') return true;
  return exitCode !== 0 && (tries === null || restarts < tries);
}

/** The pause before a restart in ms; `lastMs` is the pause before the run that ended. Pure. */
export function restartPauseMs(lastMs: number | null, ranMs: number): number {
  if (lastMs === null || ranMs >= LONG_RUN_MS) return FIRST_PAUSE_MS;
  return Math.min(LONGEST_PAUSE_MS, lastMs * 2);
}
