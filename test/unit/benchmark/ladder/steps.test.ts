import { describe, expect, it } from 'vitest';
import {
  type Part,
  secondsOf,
  type Step,
  stepsAfter,
  stepsOf,
} from '../../../../app/benchmark/ladder/steps.ts';
import { Progress } from '../../../../app/benchmark/ladder/progress.ts';
import { type Level, MetricName } from '../../../../app/contract/benchmark.ts';
import { metric, sustained } from '../../../fakes/benchmark/reports.ts';

const all = MetricName.options;
const two: readonly MetricName[] = ['fp32', 'pcie-to-card'];

const wordsOf = (steps: readonly Step[]) =>
  steps.map((step) =>
    step.kind === 'load' ? `load ${step.seconds}` : `${step.name}${step.isHot ? ' hot' : ''}`,
  );

const part = (name: MetricName, isHot = false): Part => ({
  kind: 'metric',
  isHot,
  metric: metric(name, 1),
  observed: null,
});
const load = (seconds: number): Part => ({
  kind: 'load',
  load: sustained({ perSecond: Array.from({ length: seconds }, () => 1) }),
});

describe('the steps of a level', () => {
  it.each<[Level, number, number]>([
    ['quick', 20, 30],
    ['health', 270, 320],
    ['soak', 1_170, 1_230],
  ])('%s takes between %d and %d seconds', (level, least, most) => {
    const steps = stepsOf({ level, metrics: all });
    const seconds = steps.reduce((sum, step) => sum + secondsOf(step), 0);
    expect(seconds).toBeGreaterThanOrEqual(least);
    expect(seconds).toBeLessThanOrEqual(most);
  });

  it('measure, load, and measure again what heat changes', () => {
    expect(wordsOf(stepsOf({ level: 'quick', metrics: two }))).toEqual([...two]);
    expect(wordsOf(stepsOf({ level: 'health', metrics: two }))).toEqual([
      ...two,
      'load 180',
      'fp32 hot',
    ]);
  });

  it('test memory for a minute where there is time', () => {
    const [step] = stepsOf({ level: 'health', metrics: ['memory-test'] });
    expect(step).toMatchObject({ name: 'memory-test', repetitions: 200 });
  });
});

describe('the steps that are left', () => {
  it.each<{ what: string; level: Level; parts: Part[]; left: string[]; kept: number }>([
    {
      what: 'nothing was done',
      level: 'health',
      parts: [],
      left: ['fp32', 'pcie-to-card', 'load 180', 'fp32 hot'],
      kept: 0,
    },
    {
      what: 'one was measured',
      level: 'health',
      parts: [part('fp32')],
      left: ['pcie-to-card', 'load 180', 'fp32 hot'],
      kept: 1,
    },
    {
      what: 'one cannot be done',
      level: 'health',
      parts: [{ kind: 'left', name: 'fp32', reason: 'old' }],
      left: ['pcie-to-card', 'load 180'],
      kept: 1,
    },
    {
      what: 'a load was stopped: one that shows throttling begins anew',
      level: 'health',
      parts: [part('fp32'), part('pcie-to-card'), load(100)],
      left: ['load 180', 'fp32 hot'],
      kept: 2,
    },
    {
      what: 'the card has cooled since the load',
      level: 'health',
      parts: [part('fp32'), part('pcie-to-card'), load(180)],
      left: ['load 180', 'fp32 hot'],
      kept: 2,
    },
    {
      what: 'a soak was stopped: it goes on',
      level: 'soak',
      parts: [part('fp32'), part('pcie-to-card'), load(400)],
      left: ['load 660', 'fp32 hot'],
      kept: 3,
    },
    {
      what: 'a soak was over, but the card has cooled',
      level: 'soak',
      parts: [part('fp32'), part('pcie-to-card'), load(1_060)],
      left: ['load 60', 'fp32 hot'],
      kept: 3,
    },
    {
      what: 'all was done',
      level: 'health',
      parts: [part('fp32'), part('pcie-to-card'), load(180), part('fp32', true)],
      left: [],
      kept: 4,
    },
  ])('where $what', ({ level, parts, left, kept }) => {
    const after = stepsAfter({ level, metrics: two }, parts);
    expect(wordsOf(after.steps)).toEqual(left);
    expect(after.kept).toHaveLength(kept);
  });
});

describe('progress', () => {
  const wanted = { level: 'health' as const, metrics: two };

  it('goes by time, from nothing to all', () => {
    const steps = stepsOf(wanted);
    const progress = new Progress(wanted, steps);
    expect(progress.at({ step: 0, share: 0 })).toEqual({
      share: 0,
      remainingSeconds: 187,
      now: 'fp32',
    });
    expect(progress.at({ step: 2, share: 0.5 })).toMatchObject({
      now: 'load',
      remainingSeconds: 93,
    });
    const last = progress.at({ step: steps.length - 1, share: 1 });
    expect(last).toEqual({ share: 1, remainingSeconds: 0, now: 'fp32' });
  });

  it('counts what was done before the run was stopped', () => {
    const { steps } = stepsAfter(wanted, [part('fp32'), part('pcie-to-card')]);
    const { share } = new Progress(wanted, steps).at({ step: 0, share: 0 });
    expect(share).toBeGreaterThan(0.02);
    expect(share).toBeLessThan(0.05);
  });
});
