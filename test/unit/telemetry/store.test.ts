import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { numberOf } from '../../../app/telemetry/metrics.ts';
import { TelemetryStore } from '../../../app/telemetry/store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const START = Date.UTC(2026, 0, 1);
const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

let folder: string;
let store: TelemetryStore;

beforeEach(() => {
  folder = mkdtempSync(join(memory, 'offpeak-telemetry-'));
  store = open();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

function open(): TelemetryStore {
  return new TelemetryStore(join(folder, 'telemetry.db'));
}

function heat(at: number, value: number, card = 'GPU-1'): void {
  store.record(at, [{ card, values: [[numberOf('temperature'), value]] }]);
}

function chart(from: number, to: number, points: number, { now = to, card = 'GPU-1' } = {}) {
  return store.chart({ card, metric: 'temperature', from, to, points }, now);
}

describe('readings over time', () => {
  it('are given back as they were, while they are young', () => {
    for (let second = 0; second < 10; second += 2) heat(START + second * 1_000, 60 + second);
    const { stepMs, points } = chart(START, START + 10_000, 10);
    expect(stepMs).toBe(1_000);
    expect(points.map(({ at, mean }) => [at - START, mean])).toEqual([
      [0, 60],
      [2_000, 62],
      [4_000, 64],
      [6_000, 66],
      [8_000, 68],
    ]);
  });

  it('of one second are one', () => {
    for (const value of [60, 66, 63]) heat(START + 500, value);
    expect(chart(START, START + 1_000, 1).points).toEqual([
      { at: START, low: 60, mean: 63, high: 66 },
    ]);
  });

  it('of another card, or of another value, do not get in', () => {
    heat(START, 60);
    heat(START, 90, 'GPU-2');
    store.record(START, [{ card: 'GPU-1', values: [[numberOf('power'), 300]] }]);
    const [from, to] = [START, START + 1_000];
    expect(chart(from, to, 1).points).toMatchObject([{ mean: 60 }]);
    expect(chart(from, to, 1, { card: 'GPU-2' }).points).toMatchObject([{ mean: 90 }]);
    const power = store.chart({ card: 'GPU-1', metric: 'power', from, to, points: 1 }, to);
    expect(power.points).toMatchObject([{ mean: 300 }]);
    expect(chart(from, to, 1, { card: 'nobody' }).points).toEqual([]);
  });

  it('keep a spike of a second through every tier, and after all finer ones are gone', () => {
    for (let at = START; at < START + 2 * HOUR_MS; at += 10_000) heat(at, 60);
    heat(START + HOUR_MS + 3_000, 99);
    store.rollUp();
    const later = START + 400 * DAY_MS;
    store.prune(later);
    const { stepMs, points } = chart(START, later, 2_000, { now: later });
    expect(stepMs % (15 * MINUTE_MS)).toBe(0);
    expect(Math.max(...points.map(({ high }) => high))).toBe(99);
    expect(Math.min(...points.map(({ low }) => low))).toBe(60);
    const fine = chart(START, START + 2 * HOUR_MS, 2_000, { now: later }).points;
    expect(fine).toHaveLength(8);
    const mean = (90 * 60 + 99) / 91;
    expect(fine[4]).toEqual({ at: START + HOUR_MS, low: 60, mean, high: 99 });
  });

  it('never change by being rolled up again, in parts, after a restart, or with a clock set back', () => {
    const values = (at: number): number => 50 + ((at / 1_000) % 37);
    const ats: number[] = [];
    for (let at = START; at < START + 40 * MINUTE_MS; at += 7_000) ats.push(at);
    for (const [index, at] of ats.entries()) {
      heat(at, values(at));
      if (index % 9 === 0) store.rollUp();
      if (index % 50 === 0) {
        store.close();
        store = open();
      }
    }
    heat(START + 5 * MINUTE_MS + 1_000, 200);
    store.rollUp();
    const [first] = chart(START, START + 40 * MINUTE_MS, 2, { now: START + 40 * DAY_MS }).points;
    // Two steps of a quarter of an hour make one point of this chart.
    const all = [...ats.filter((at) => at < START + 30 * MINUTE_MS).map(values), 200];
    expect(first).toMatchObject({ low: Math.min(...all), high: 200 });
    expect(first?.mean).toBeCloseTo(all.reduce((sum, one) => sum + one, 0) / all.length, 9);
  });

  it('are forgotten when their time is over, and only then', () => {
    for (let at = START; at < START + 3 * HOUR_MS; at += MINUTE_MS) heat(at, 60);
    store.rollUp();
    const now = START + 3 * HOUR_MS;
    store.prune(now);
    // The hour before now is still there by the second, what came before in steps of ten.
    expect(chart(now - HOUR_MS, now, 2_000).points).toHaveLength(60);
    expect(chart(START, now, 2_000).stepMs).toBe(10_000);
    expect(chart(START, now, 2_000).points).toHaveLength(180);
  });

  it('leave a hole where there was none', () => {
    heat(START, 60);
    heat(START + 30_000, 61);
    const ats = chart(START, START + 40_000, 40).points.map(({ at }) => at - START);
    expect(ats).toEqual([0, 30_000]);
  });

  it('never come in more points than asked for, but for the one that begins before', () => {
    for (let second = 0; second < 3_000; second++) heat(START + second * 1_000, 60);
    store.rollUp();
    for (const points of [1, 7, 100, 999]) {
      const { length } = chart(START + 500_700, START + 2_999_000, points).points;
      expect(length).toBeLessThanOrEqual(points + 1);
      expect(length).toBeGreaterThan(points / 20);
    }
  });
});
