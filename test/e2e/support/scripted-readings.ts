import type { CommandInput, CommandOutput } from '../../../app/contract/commands.ts';
import type { CardMetric } from '../../../app/contract/telemetry.ts';

const TYPICAL: Readonly<Record<CardMetric, number>> = {
  temperature: 67,
  'memory-temperature': 82,
  power: 330,
  load: 82,
  'memory-used': 15 * 1024 ** 3,
  fan: 52,
  'core-clock': 2_500,
  'memory-clock': 10_501,
};

/** A card that works for a while and rests for a while, and was off in between; the same each time. */
export function scriptedReadings({
  metric,
  from,
  to,
  points,
}: CommandInput<'cards.history'>): CommandOutput<'cards.history'> {
  const stepMs = Math.ceil((to - from) / points);
  const all = Array.from({ length: points }, (_, index) => {
    const share = index / points;
    const mean = TYPICAL[metric] * (Math.sin(share * 14) > -0.3 ? 0.94 + wave(share) : 0.2);
    return { at: from + index * stepMs, low: mean * 0.94, mean, high: mean * 1.05 };
  });
  return {
    stepMs,
    points: all.filter((_, index) => index < points * 0.5 || index > points * 0.56),
  };
}

function wave(share: number): number {
  return 0.05 * Math.sin(share * 90) * Math.cos(share * 37);
}
