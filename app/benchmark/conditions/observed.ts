import type { Observed } from '../../contract/benchmark.ts';
import type { Card, SlowReason } from '../../contract/gpu.ts';
import { median } from '../figures.ts';

/** What the card told at a moment (UTC, milliseconds). */
export interface Reading {
  readonly at: number;
  readonly card: Card;
}

/** A card that rests is not slowed down. */
const NOT_SLOWED: readonly SlowReason[] = ['idle', 'application-clocks', 'sync-boost', 'display'];

/** Readings of one stretch, summed up; null of none. Pure. */
export function observedIn(readings: readonly Reading[]): Observed | null {
  const [first] = readings;
  if (first === undefined) return null;
  const of = (value: (card: Card) => number | null): number[] =>
    readings.flatMap(({ card }) => value(card) ?? []);
  return {
    coreClockMhz: medianOf(of((card) => card.coreClockMhz)),
    memoryClockMhz: medianOf(of((card) => card.memoryClockMhz)),
    temperatureC: highestOf(of((card) => card.temperatureC)),
    memoryTemperatureC: highestOf(of((card) => card.memoryTemperatureC)),
    powerWatts: meanOf(of((card) => card.powerWatts)),
    powerLimitWatts: medianOf(of((card) => card.powerLimitWatts)),
    pcieGen: highestOf(of((card) => card.pcieGen)),
    pcieWidth: highestOf(of((card) => card.pcieWidth)),
    slowedBy: slowedBy(readings, first.at),
  };
}

function slowedBy(readings: readonly Reading[], start: number): Observed['slowedBy'] {
  const all = readings.flatMap(({ at, card }) =>
    (card.slowReasons ?? []).map((reason) => ({ reason, at })),
  );
  const told = Map.groupBy(
    all.filter(({ reason }) => !NOT_SLOWED.includes(reason)),
    ({ reason }) => reason,
  );
  return [...told].map(([reason, times]) => ({
    reason,
    share: times.length / readings.length,
    afterSeconds: Math.round(((times[0]?.at ?? start) - start) / 1000),
  }));
}

function medianOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : median(values);
}

function highestOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length;
}
