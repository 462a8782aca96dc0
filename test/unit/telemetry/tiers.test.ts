import { describe, expect, it } from 'vitest';
import { tierFor, TIERS } from '../../../app/telemetry/tiers.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = 400 * DAY_MS;

describe('the tiers', () => {
  it('are each kept for longer than a step of the next, and divide it', () => {
    for (const [index, { stepMs }] of TIERS.entries()) {
      const finer = TIERS[index - 1];
      if (finer === undefined) continue;
      expect(finer.keepMs).toBeGreaterThan(stepMs);
      expect(stepMs % finer.stepMs).toBe(0);
    }
    expect(TIERS.at(-1)?.keepMs).toBeNull();
  });

  it.each<[string, number, number, number]>([
    ['ten minutes, fine', NOW - HOUR_MS / 6, 1_000, 0],
    ['an hour, coarse', NOW - HOUR_MS, 12_000, 1],
    ['a day in 600 points', NOW - DAY_MS, 144_000, 2],
    ['ten minutes of yesterday', NOW - 1.5 * DAY_MS, 1_000, 2],
    ['a month', NOW - 30 * DAY_MS, 4_320_000, 3],
    ['an hour of last year', NOW - 360 * DAY_MS, 6_000, 3],
    ['a year', NOW - 365 * DAY_MS, 52_560_000, 3],
  ])('%s', (_what, from, stepMs, tier) => {
    expect(tierFor({ from, now: NOW, stepMs })).toBe(tier);
  });
});
