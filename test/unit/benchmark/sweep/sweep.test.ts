import { describe, expect, it } from 'vitest';
import { kneeOf } from '../../../../app/benchmark/sweep/knee.ts';
import { LastSweeps } from '../../../../app/benchmark/sweep/last-sweeps.ts';
import { capsOf } from '../../../../app/benchmark/sweep/plan.ts';
import { makeSweepReport } from '../../../../app/benchmark/sweep/report.ts';
import { SweepSchedule } from '../../../../app/benchmark/sweep/schedule.ts';
import { hourOf, incomeOf } from '../../../../app/contract/electricity.ts';
import { SweepReport, type SweepPoint } from '../../../../app/contract/sweep.ts';
import { openDatabase } from '../../../../app/storage/database.ts';
import { openSettings } from '../../../../app/storage/settings.ts';
import { aSweep } from '../../../fakes/benchmark/sweeps.ts';

describe('the limits of a sweep', () => {
  const limits = (usual: number | null, least: number | null, most: number | null) => ({
    powerDefaultWatts: usual,
    powerMinWatts: least,
    powerMaxWatts: most,
  });

  it('are six, from the usual one down to half of it', () => {
    expect(capsOf(limits(450, 150, 600))).toEqual([450, 405, 360, 315, 270, 225]);
  });

  it('never are below what the card allows', () => {
    expect(capsOf(limits(170, 125, 170))).toEqual([170, 161, 152, 143, 134, 125]);
  });

  it.each([
    ['tells no limits', limits(null, null, null)],
    ['does not tell its lowest', limits(80, null, 80)],
    ['has next to no range', limits(100, 95, 100)],
  ])('are none where a card %s', (_, card) => {
    expect(() => capsOf(card)).toThrow(expect.objectContaining({ code: 'benchmark.no-caps' }));
  });
});

describe('a sweep', () => {
  const LENGTHS = { warmUp: 3, settle: 2, measure: 4 };

  it('warms up, waits after each change, and measures the same number of seconds at each limit', () => {
    const schedule = new SweepSchedule([300, 200], LENGTHS);
    const nexts: string[] = [];
    const hear = (seconds: number, value: number): void => {
      for (let count = 0; count < seconds; count++)
        nexts.push(schedule.hear(value, 1_000 * (nexts.length + 1)));
    };
    expect([schedule.capWatts, schedule.remainingSeconds, schedule.share]).toEqual([300, 15, 0]);
    hear(9, 10);
    expect(nexts.at(-1)).toBe('change');
    expect([schedule.capWatts, schedule.remainingSeconds]).toEqual([200, 6]);
    // The driver takes its time: nothing of it counts.
    hear(5, 99);
    schedule.changed();
    hear(2, 50);
    hear(4, 7);
    expect(nexts.filter((next) => next !== 'go-on')).toEqual(['change', 'end']);
    expect(schedule.stretches).toEqual([
      { capWatts: 300, perSecond: [10, 10, 10, 10], from: 5_000, to: 9_000 },
      { capWatts: 200, perSecond: [7, 7, 7, 7], from: 16_000, to: 20_000 },
    ]);
    expect([schedule.remainingSeconds, schedule.share, schedule.hear(1, 0)]).toEqual([
      0,
      1,
      'go-on',
    ]);
  });

  it('reports speed, power and heat at each limit', () => {
    const stretches = [
      { capWatts: 300, perSecond: [10, 12, 11], from: 0, to: 3_000 },
      { capWatts: 200, perSecond: [9, 9, 10], from: 5_000, to: 8_000 },
    ];
    const told = { coreClockMhz: 2_000, powerWatts: 290, temperatureC: 70 };
    const report = makeSweepReport(aSweep(), {
      startedAt: 1,
      endedAt: 2,
      work: { name: 'fp16-fp32', unit: 'TFLOPS' },
      stretches,
      observed: (from) =>
        from > 0
          ? null
          : {
              ...told,
              memoryClockMhz: null,
              memoryTemperatureC: null,
              powerLimitWatts: 300,
              pcieGen: null,
              pcieWidth: null,
              slowedBy: [],
            },
      disturbedBy: ['a game'],
    });
    expect(SweepReport.parse(report)).toEqual(report);
    expect(report.points).toEqual([
      {
        capWatts: 300,
        perSecond: 11,
        spread: 1 / 11,
        share: 1,
        watts: 290,
        celsius: 70,
        coreClockMhz: 2_000,
      },
      {
        capWatts: 200,
        perSecond: 9,
        spread: 0,
        share: 9 / 11,
        watts: null,
        celsius: null,
        coreClockMhz: null,
      },
    ]);
    expect(report).toMatchObject({ kneeWatts: null, disturbedBy: ['a game'] });
  });

  it('is kept for its card, the newest alone', () => {
    const db = openDatabase(':memory:');
    const sweeps = new LastSweeps(openSettings(db));
    expect(sweeps.of(aSweep().card.uuid)).toBeNull();
    sweeps.keep(aSweep());
    sweeps.keep({ ...aSweep(), kneeWatts: 111 });
    expect(sweeps.of(aSweep().card.uuid)?.kneeWatts).toBe(111);
    expect(sweeps.of('GPU-other')).toBeNull();
    db.close();
  });
});

describe('the knee', () => {
  const points = (...pairs: readonly (readonly [watts: number, speed: number])[]): SweepPoint[] =>
    pairs.map(([watts, perSecond]) => ({
      capWatts: watts,
      perSecond,
      spread: 0,
      share: perSecond / (pairs[0]?.[1] ?? 1),
      watts,
      celsius: null,
      coreClockMhz: null,
    }));

  it('is where the card begins to lose more than it saves', () => {
    const curve = points([450, 100], [405, 99], [360, 97], [315, 93], [270, 80], [225, 60]);
    expect(kneeOf(curve)).toBe(315);
  });

  it('never costs a fifth of the speed', () => {
    expect(kneeOf(points([450, 100], [360, 90], [270, 79], [225, 30]))).toBe(360);
  });

  it.each([
    ['a straight line', points([450, 100], [360, 80], [270, 60], [180, 40])],
    ['a card that never reaches its limit', points([200, 100], [200, 100], [200, 100])],
    ['two points', points([450, 100], [225, 70])],
    [
      'a card that does not tell what it draws',
      points([450, 100], [360, 99], [270, 80]).map((one) => ({ ...one, watts: null })),
    ],
  ])('is not made up for %s', (_, curve) => {
    expect(kneeOf(curve)).toBeNull();
  });
});

describe('the money of an hour', () => {
  it('is what it brings less what the card draws', () => {
    expect(hourOf(400, 0.3, 0.5)).toEqual({ cost: 0.12, net: 0.38 });
    expect(hourOf(400, 0.3, null)).toEqual({ cost: 0.12, net: null });
  });

  it('comes from the price of a second', () => {
    expect(incomeOf('150', 0.5)).toBeCloseTo(0.27, 10);
  });
});
