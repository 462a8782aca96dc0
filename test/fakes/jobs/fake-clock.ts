import { vi } from 'vitest';
import { systemClock, type Clock } from '../../../app/jobs/clock.ts';

/**
 * A computer's clock over Vitest's fake time: fake time is how time really passes, and what the
 * computer shows may be off.
 */
export class FakeClock implements Clock {
  /** How far the computer's clock is ahead of the real time; negative when it is behind. */
  aheadMs = 0;

  now(): number {
    return Date.now() + this.aheadMs;
  }

  steady(): number {
    return Date.now();
  }

  after(ms: number, callback: () => void): () => void {
    return systemClock.after(ms, callback);
  }
}

/** The computer sleeps so long: time passes, and timers do not notice. */
export function sleepComputer(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}
