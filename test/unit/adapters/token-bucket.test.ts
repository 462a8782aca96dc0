import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTokenBucket } from '../../../app/adapters/solana/token-bucket.ts';

// The files of one worker share their modules: what sleeps is loaded anew, for this file alone.
vi.hoisted(() => vi.resetModules());
afterAll(() => void vi.resetModules());
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
}));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('calls at a rate of 2 a second, 3 at once', () => {
  it('go as the rate allows, also where all want to go at the same time', async () => {
    const bucket = createTokenBucket({ perSecond: 2, burst: 3 });
    const startedAt = performance.now();
    const went: number[] = [];
    const calls = Array.from({ length: 6 }, () =>
      bucket.take().then(() => went.push(performance.now() - startedAt)),
    );
    await vi.advanceTimersByTimeAsync(5_000);
    await Promise.all(calls);
    expect(went).toEqual([0, 0, 0, 500, 1000, 1500]);
  });

  it('are three at once again after a pause, and no more than that', async () => {
    const bucket = createTokenBucket({ perSecond: 2, burst: 3 });
    for (let call = 0; call < 3; call++) await bucket.take();
    expect(bucket.waitMs()).toBe(500);
    await vi.advanceTimersByTimeAsync(3_600_000);
    for (let call = 0; call < 3; call++) {
      expect(bucket.waitMs()).toBe(0);
      await bucket.take();
    }
    expect(bucket.waitMs()).toBe(500);
  });
});
