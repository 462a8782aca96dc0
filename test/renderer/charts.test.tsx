import { describe, expect, it } from 'vitest';
import { columnsOf, spanOf } from '../../renderer/charts/chart-data.ts';
import { kinds } from '../../renderer/charts/kinds.ts';
import { momentOf } from '../../renderer/charts/moments.ts';
import { periods, PERIODS, stretchOf } from '../../renderer/charts/period.ts';
import { aCard } from '../e2e/support/scripted-cards.ts';

const point = (at: number, mean: number) => ({ at, low: mean - 1, mean, high: mean + 1 });

describe('what a chart draws', () => {
  it('is the points, in seconds', () => {
    expect(columnsOf([point(0, 60), point(10_000, 70)], 10_000)).toEqual({
      seconds: [0, 10],
      low: [59, 69],
      mean: [60, 70],
      high: [61, 71],
    });
  });

  it('has a hole where the card was not read, and none where it was read seldom', () => {
    const seldom = columnsOf([point(0, 60), point(60_000, 61), point(120_000, 62)], 10_000);
    expect(seldom.mean).toEqual([60, 61, 62]);
    const off = columnsOf([point(0, 60), point(600_000, 61)], 10_000);
    expect(off).toMatchObject({
      seconds: [0, 10, 600],
      mean: [60, null, 61],
      high: [61, null, 62],
    });
    // A year is drawn in steps of hours: a night is a hole, an hour is none.
    const step = 22 * 3_600_000;
    expect(columnsOf([point(0, 60), point(2 * step, 61)], step).mean).toEqual([60, 61]);
  });

  it('is divided by its scale', () => {
    const gib = 1024 ** 3;
    expect(columnsOf([point(0, 3 * gib)], 1, gib).mean).toEqual([3]);
  });

  it('spans from the lowest low to the highest high', () => {
    expect(spanOf([point(0, 60), point(1, 80), point(2, 70)])).toEqual({
      low: 59,
      high: 81,
    });
    expect(spanOf([])).toBeNull();
  });

  it('reaches at least to what the card is made for', () => {
    expect(kinds.power.top(aCard())).toBe(450);
    expect(kinds.power.top(aCard({ powerLimitWatts: null, powerDefaultWatts: null }))).toBe(100);
    expect(kinds['memory-used'].top(aCard({ memoryBytes: 8 * 1024 ** 3 }))).toBe(8);
  });
});

describe('a period', () => {
  it('ends now, and asks no sooner than it moves', () => {
    const now = Date.UTC(2026, 10, 27, 3, 4, 5);
    for (const period of periods) {
      const { from, to } = stretchOf(period, now);
      expect(to).toBeGreaterThanOrEqual(now);
      expect(to - now).toBeLessThan(PERIODS[period].everyMs);
      expect(to - from).toBe(PERIODS[period].lengthMs);
      expect(stretchOf(period, to - 1)).toEqual({ from, to });
    }
  });

  it('is marked by what tells its parts apart', () => {
    const at = new Date(2026, 10, 27, 15, 4).getTime();
    const marks = periods.map((period) => momentOf(period, at));
    expect(marks[0]).toBe(marks[1]);
    expect(marks[0]).toMatch(/04/);
    expect(marks[2]).toBe(marks[3]);
    expect(marks[2]).toMatch(/27/);
    expect(marks[4]).toMatch(/2026/);
  });
});
