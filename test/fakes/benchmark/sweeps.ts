import type { SweepPoint, SweepReport } from '../../../app/contract/sweep.ts';
import { facts } from './reports.ts';

/** The sweep of a card that has its knee at 315 W. */
export function aSweep(changes: Partial<SweepReport> = {}): SweepReport {
  const points: readonly (readonly number[])[] = [
    [450, 160.2, 442, 74, 2_745],
    [405, 158.6, 401, 72, 2_715],
    [360, 155.4, 357, 69, 2_655],
    [315, 149, 313, 66, 2_550],
    [270, 128.2, 269, 62, 2_190],
    [225, 96.1, 224, 58, 1_650],
  ];
  return {
    card: facts(),
    backend: 'cuda',
    startedAt: 1_700_000_000_000,
    endedAt: 1_700_000_300_000,
    work: { name: 'fp16-fp32', unit: 'TFLOPS' },
    points: points.map(
      ([capWatts = 0, perSecond = 0, watts = 0, celsius = 0, coreClockMhz = 0]): SweepPoint => ({
        capWatts,
        perSecond,
        spread: 0.004,
        share: perSecond / 160.2,
        watts,
        celsius,
        coreClockMhz,
      }),
    ),
    kneeWatts: 315,
    disturbedBy: [],
    ...changes,
  };
}
