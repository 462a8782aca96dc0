import type { Card } from '../../app/contract/gpu.ts';
import type { CardMetric } from '../../app/contract/telemetry.ts';
import { degrees, gibibytesText, megahertz, percent, watts } from '../locales/format.ts';

const GIB = 1024 ** 3;

/** How each value is drawn: what it is divided by, how it reads, and how high its axis goes. */
export const kinds = {
  temperature: { scale: 1, text: degrees, top: () => 100 },
  power: {
    scale: 1,
    text: watts,
    top: (card: Card) => card.powerLimitWatts ?? card.powerDefaultWatts ?? 100,
  },
  load: { scale: 1, text: percent, top: () => 100 },
  'memory-used': {
    scale: GIB,
    text: gibibytesText,
    top: (card: Card) => (card.memoryBytes ?? GIB) / GIB,
  },
  'core-clock': { scale: 1, text: megahertz, top: () => 1_000 },
  fan: { scale: 1, text: percent, top: () => 100 },
} as const satisfies Partial<
  Record<
    CardMetric,
    { scale: number; text: (value: number) => string; top: (card: Card) => number }
  >
>;

/** The values that are drawn. */
export type ChartKind = keyof typeof kinds;
export const chartKinds = [
  'temperature',
  'power',
  'load',
  'memory-used',
  'core-clock',
  'fan',
] as const satisfies readonly ChartKind[];
