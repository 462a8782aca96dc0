import type { Clock } from '../../../app/network/host-manager/clock.ts';

/** A clock whose waits are over at once and pass the time they would take; a test reads them. */
export class QuickClock implements Clock {
  readonly sleeps: number[] = [];
  #now = Date.parse('2026-11-25T20:00:00Z');

  now(): number {
    return this.#now;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.sleeps.push(ms);
    this.#now += ms;
    // Others get their turn, as they do in a real wait.
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }
}
