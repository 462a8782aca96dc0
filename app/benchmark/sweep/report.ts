import type { Observed } from '../../contract/benchmark.ts';
import type { SweepPoint, SweepReport } from '../../contract/sweep.ts';
import { median, spreadOf } from '../figures.ts';
import type { Opened } from '../runner/messages.ts';
import { kneeOf } from './knee.ts';
import type { Stretch } from './schedule.ts';

export interface Swept extends Pick<SweepReport, 'startedAt' | 'endedAt' | 'work'> {
  readonly stretches: readonly Stretch[];
  /** What the card told between two times (UTC, milliseconds). */
  readonly observed: (from: number, to: number) => Observed | null;
  readonly disturbedBy: readonly string[];
}

/** The report of a sweep that came to its end. Pure. */
export function makeSweepReport(
  { card, backend }: Pick<Opened, 'card' | 'backend'>,
  { stretches, observed, disturbedBy, ...swept }: Swept,
): SweepReport {
  const usual = median(stretches[0]?.perSecond ?? []);
  const points = stretches.map(({ capWatts, perSecond, from, to }): SweepPoint => {
    const told = observed(from, to);
    const speed = median(perSecond);
    return {
      capWatts,
      perSecond: speed,
      spread: spreadOf(perSecond),
      share: usual === 0 ? 0 : speed / usual,
      watts: told?.powerWatts ?? null,
      celsius: told?.temperatureC ?? null,
      coreClockMhz: told?.coreClockMhz ?? null,
    };
  });
  return {
    card,
    backend,
    ...swept,
    points,
    kneeWatts: kneeOf(points),
    disturbedBy: [...disturbedBy],
  };
}
