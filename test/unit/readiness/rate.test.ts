import { describe, expect, it } from 'vitest';
import { median, rateOf, type Piece } from '../../../app/readiness/rate.ts';

/** A transfer that moves `speed(atMs)` bytes in each millisecond, told of in pieces of 10 ms. */
function transfer(durationMs: number, speed: (atMs: number) => number): Piece[] {
  return Array.from({ length: durationMs / 10 }, (_, piece) => {
    const fromMs = piece * 10;
    let bytes = 0;
    for (let atMs = fromMs; atMs < fromMs + 10; atMs += 1) bytes += speed(atMs);
    return { fromMs, toMs: fromMs + 10, bytes };
  });
}

/** 100 Mb/s. */
const STEADY = 12_500;

describe('the speed of a transfer', () => {
  it('is that of a steady one', () => {
    expect(rateOf(transfer(8000, () => STEADY))).toBeCloseTo(100e6, -3);
  });

  it('leaves the slow start out', () => {
    const growing = transfer(8000, (atMs) => (atMs < 1500 ? (STEADY * atMs) / 1500 : STEADY));
    expect(rateOf(growing)).toBeCloseTo(100e6, -3);
  });

  it('leaves out what buffers swallow in the first moment', () => {
    const swallowed = transfer(8000, (atMs) => (atMs === 0 ? 20e6 : STEADY));
    expect(rateOf(swallowed)).toBeCloseTo(100e6, -3);
  });

  it('is not moved by one stall or one burst', () => {
    const stalled = transfer(8000, (atMs) => (atMs > 3000 && atMs < 4000 ? 0 : STEADY));
    expect(rateOf(stalled)).toBeCloseTo(100e6, -3);
    const burst = transfer(8000, (atMs) => (atMs > 3000 && atMs < 3500 ? 10 * STEADY : STEADY));
    expect(rateOf(burst)).toBeCloseTo(100e6, -3);
  });

  it('adds up transfers at a time, also where each tells of itself only when it is over', () => {
    // Six uploads side by side, each confirmed after 800 ms: 100 Mb/s together.
    const uploads = Array.from({ length: 60 }, (_, upload) => {
      const fromMs = Math.floor(upload / 6) * 800;
      return { fromMs, toMs: fromMs + 800, bytes: (STEADY * 800) / 6 };
    });
    expect(rateOf(uploads)).toBeCloseTo(100e6, -3);
  });

  it('is the mean where bytes come in rare bursts', () => {
    // 5 MB in no time, once in two seconds, are 20 Mb/s, though most windows are empty.
    const bursts = [2000, 4000, 6000, 8000].map((at) => ({ fromMs: at, toMs: at, bytes: 5e6 }));
    expect(rateOf(bursts)).toBeGreaterThan(15e6);
    expect(rateOf(bursts)).toBeLessThan(30e6);
  });

  it('is told of a transfer that is over in a moment', () => {
    expect(rateOf(transfer(600, () => STEADY))).toBeCloseTo(100e6, -3);
    expect(rateOf([{ fromMs: 0, toMs: 40, bytes: 500_000 }])).toBeCloseTo(100e6, -3);
  });

  it('is not told where nothing moved, or no time passed', () => {
    expect(rateOf([])).toBeNull();
    expect(rateOf(transfer(8000, () => 0))).toBeNull();
    expect(rateOf([{ fromMs: 0, toMs: 0, bytes: 9 }])).toBeNull();
  });
});

describe('the median', () => {
  it('is the middle, or between the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 7])).toBe(6);
    expect(median([])).toBeNull();
  });
});
