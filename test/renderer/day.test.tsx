import { describe, expect, it } from 'vitest';
import { dayAround, dayTotals } from '../../renderer/components/day.ts';

const HOUR_MS = 3_600_000;

describe('a day', () => {
  it('goes from midnight to midnight by the local clock', () => {
    const { from, to } = dayAround(new Date(2026, 10, 23, 15, 4).getTime());
    expect(new Date(from)).toEqual(new Date(2026, 10, 23));
    expect(new Date(to)).toEqual(new Date(2026, 10, 24));
  });

  it('adds up what happened, in the order of the legend', () => {
    const totals = dayTotals([
      { from: 0, to: HOUR_MS, phase: 'off' },
      { from: HOUR_MS, to: 2 * HOUR_MS, phase: 'working' },
      { from: 2 * HOUR_MS, to: 3 * HOUR_MS, phase: 'available' },
      { from: 3 * HOUR_MS, to: 4 * HOUR_MS, phase: 'working' },
      { from: 4 * HOUR_MS, to: 5 * HOUR_MS, phase: 'waiting' },
    ]);
    expect(totals).toEqual([
      { tone: 'earning', ms: 2 * HOUR_MS },
      { tone: 'ready', ms: 2 * HOUR_MS },
      { tone: 'none', ms: HOUR_MS },
    ]);
  });

  it('leaves out what lasted no time', () => {
    expect(dayTotals([{ from: 0, to: 400, phase: 'preparing' }])).toEqual([]);
  });

  it('has no totals before anything happened', () => {
    expect(dayTotals([])).toEqual([]);
  });
});
