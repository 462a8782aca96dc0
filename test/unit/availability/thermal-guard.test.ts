import { describe, expect, it } from 'vitest';
import {
  advanceGuard,
  COOL,
  coolingOf,
  type Guard,
} from '../../../app/availability/thermal-guard.ts';

const LIMIT_C = 85;
const PACE_MS = 10_000;

/** What the guard knows after these temperatures, one every ten seconds. */
function after(temperatures: readonly number[], limitC = LIMIT_C): Guard {
  return temperatures.reduce(
    (guard, temperatureC, index) =>
      advanceGuard(guard, { at: index * PACE_MS, temperatureC }, limitC),
    COOL,
  );
}

const isPaused = (...temperatures: number[]): boolean =>
  coolingOf(after(temperatures), LIMIT_C) !== null;

describe('the thermal guard', () => {
  it.each<[string, number[], boolean]>([
    ['a cool card', [60, 70, 84], false],
    ['a peak of one reading', [84, 86, 80], false],
    ['ten seconds at the limit', [85, 85], false],
    ['twenty seconds at the limit', [85, 86, 85], true],
    ['a reading that wavers at the limit', [85, 84, 85], true],
    ['a card that wavers under the limit', [84, 83, 84, 84], false],
    ['a peak, a pause, and another peak', [86, 82, 86, 86], false],
    ['one reading far above', [90], true],
    ['a card that is still warm', [90, 80, 76], true],
    ['a card that cooled down', [90, 80, 75], false],
    ['one that is hot again', [90, 75, 90], true],
  ])('pauses or not: %s', (_case, temperatures, paused) => {
    expect(isPaused(...temperatures)).toBe(paused);
  });

  it('never pauses below the limit, and always after a minute above it, at any pace', () => {
    let seed = 1;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 300; round++) {
      let [guard, at, hotSince] = [COOL, 0, null as number | null];
      for (let step = 0; step < 60; step++) {
        at += 1 + random() * 20_000;
        const temperatureC = 70 + Math.round(random() * 22);
        const wasPaused = guard.trail !== null;
        guard = advanceGuard(guard, { at, temperatureC }, LIMIT_C);
        hotSince = temperatureC >= LIMIT_C ? (hotSince ?? at) : null;
        if (guard.trail !== null && !wasPaused) expect(temperatureC).toBeGreaterThanOrEqual(83);
        if (hotSince !== null && at - hotSince >= 60_000) expect(guard.trail).not.toBeNull();
        if (temperatureC <= LIMIT_C - 10) expect(guard.trail).toBeNull();
      }
    }
  });

  it('outlives a clock that was set back', () => {
    const hot = advanceGuard(COOL, { at: 1_000_000, temperatureC: 86 }, LIMIT_C);
    const back = advanceGuard(hot, { at: 0, temperatureC: 86 }, LIMIT_C);
    expect(coolingOf(back, LIMIT_C)).toBeNull();
    const later = advanceGuard(back, { at: 20_000, temperatureC: 86 }, LIMIT_C);
    expect(coolingOf(later, LIMIT_C)).not.toBeNull();
  });
});

describe('how long it takes', () => {
  it('is not known before the card cools', () => {
    expect(coolingOf(after([95]), LIMIT_C)).toEqual({
      temperatureC: 95,
      limitC: LIMIT_C,
      resumeC: 75,
      resumesInMs: null,
    });
    expect(coolingOf(after([90, 91]), LIMIT_C)?.resumesInMs).toBeNull();
  });

  it('is what it takes at the pace of now', () => {
    expect(coolingOf(after([95, 90, 85]), LIMIT_C)?.resumesInMs).toBe(20_000);
    // Slower and slower: what was more than a minute ago does not count.
    const slow = after([100, 90, 84, 83, 82, 81, 80, 79, 78, 77]);
    expect(coolingOf(slow, LIMIT_C)?.resumesInMs).toBe(20_000);
  });
});
