import { setTimeout as sleep } from 'node:timers/promises';

/** How long the room waits for things, in ms. */
export interface Timing {
  /** A pull without any progress for so long is given up. */
  readonly pullStallMs: number;
  /** Between two questions whether the engine is back, or the state of a container. */
  readonly pollMs: number;
  /** So long a lost engine is asked again before `waitForExit` says once more that it is lost. */
  readonly lostMs: number;
  /** Between two looks at what a container has written. */
  readonly diskMs: number;
  /** Between two looks of the watcher at the engine. */
  readonly watchMs: number;
}

export const USUAL_TIMING: Timing = {
  pullStallMs: 60_000,
  pollMs: 500,
  lostMs: 5_000,
  diskMs: 5_000,
  watchMs: 5_000,
};

/** Waits; returns early, without an error, when the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    // The caller asks its signal.
  }
}
