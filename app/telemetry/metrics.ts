import type { Card } from '../contract/gpu.ts';
import { CardMetric } from '../contract/telemetry.ts';

const FIELDS = {
  temperature: 'temperatureC',
  'memory-temperature': 'memoryTemperatureC',
  power: 'powerWatts',
  load: 'utilizationPercent',
  'memory-used': 'memoryUsedBytes',
  fan: 'fanPercent',
  'core-clock': 'coreClockMhz',
  'memory-clock': 'memoryClockMhz',
} as const satisfies Record<CardMetric, keyof Card>;

/** The number under which a metric is stored: its place in the list, which only grows. */
export function numberOf(metric: CardMetric): number {
  return CardMetric.options.indexOf(metric);
}

/** What a card tells, as [number of the metric, value]. */
export function valuesOf(card: Card): [metric: number, value: number][] {
  return CardMetric.options.flatMap((metric) => {
    const value = card[FIELDS[metric]];
    return value === null ? [] : [[numberOf(metric), value] satisfies [number, number]];
  });
}
