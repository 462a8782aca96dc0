import { setTimeout as wait } from 'node:timers/promises';
import type { Readiness } from '../../app/contract/readiness.ts';
import type { ConnectedHost } from '../../app/serve/remote-host.ts';

const LOOK_MS = 30_000;
const POLL_MS = 100;
/** A change is told within a quarter of a second. */
const TOLD_MS = 1_000;

/** Lets a running host look again, and measure where asked; closes the connection in the end. */
export async function hostReadiness(host: ConnectedHost, measure: boolean): Promise<Readiness> {
  const now = (): Readiness => host.state.readiness;
  try {
    const before = now();
    await host.call('readiness.check', {});
    await until(() => now().measuredAt !== before.measuredAt, LOOK_MS);
    if (!measure) return now();
    await host.call('readiness.measureNetwork', {});
    // Until it is told that this one began, the failure of the one before still stands there.
    const stale = now();
    await until(() => now() !== stale, TOLD_MS);
    const isOver = ({ speed }: Readiness): boolean =>
      speed.step === null && (speed.problem !== null || speed.last?.at !== before.speed.last?.at);
    await until(() => isOver(now()), before.speed.maxSeconds * 1000 + LOOK_MS);
    return now();
  } finally {
    host.close();
  }
}

// A host that takes longer has told what it knows by then.
async function until(isTrue: () => boolean, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (!isTrue() && performance.now() < end) await wait(POLL_MS);
}
