import { describe, expect, it } from 'vitest';
import type { Step } from '../../../../app/benchmark/ladder/steps.ts';
import type { MetricName } from '../../../../app/contract/benchmark.ts';
import { measured } from '../../../fakes/benchmark/measured.ts';
import {
  RIGHT,
  scriptedDevice,
  ScriptedWork,
  type WorkScript,
  WRONG,
} from '../../../fakes/benchmark/scripted-work.ts';

/* The steps of a run over a scripted card: what is told of what was measured. */

async function run(scripts: readonly WorkScript[], metrics?: readonly MetricName[]) {
  const works = scripts.map((script) => new ScriptedWork(script));
  const wanted = metrics ?? works.map(({ metric }) => metric);
  const result = await measured(scriptedDevice(works), { metrics: wanted, milliseconds: 50 });
  return { ...result, works };
}

describe('a quick benchmark', () => {
  it('reports each kind of work in its unit, as it goes', async () => {
    const { metrics, words } = await run([
      { metric: 'memory-read' },
      { metric: 'fp32' },
      { metric: 'int8' },
      { metric: 'pcie-to-card' },
    ]);
    expect(metrics.map(({ name, unit }) => [name, unit])).toEqual([
      ['memory-read', 'GB/s'],
      ['fp32', 'TFLOPS'],
      ['int8', 'TOPS'],
      ['pcie-to-card', 'GB/s'],
    ]);
    // 1000 units a millisecond.
    expect(metrics[0]?.median).toBeCloseTo(0.001);
    expect(metrics[1]?.median).toBeCloseTo(1e-6);
    const metricWords = words.filter(({ kind }) => kind === 'metric');
    expect(metricWords).toMatchObject(metrics.map((metric) => ({ isHot: false, metric })));
  });

  it('repeats each measurement seven times', async () => {
    const { metrics } = await run([{ metric: 'fp32' }]);
    expect(metrics[0]?.samples).toHaveLength(7);
    expect(metrics[0]?.spread).toBe(0);
  });

  it('warms the card up before the first measurement, and not before the next', async () => {
    const { works } = await run([{ metric: 'fp32' }, { metric: 'int8' }]);
    const [first, second] = works.map(({ launched }) => launched.length);
    expect(first).toBeGreaterThan(2 * (second ?? 0));
  });

  it('names what the card cannot do, with the reason, and goes on', async () => {
    const { metrics, left } = await run([{ metric: 'fp32' }], ['fp8-fp32', 'fp32']);
    expect(left).toEqual([{ name: 'fp8-fp32', reason: 'no fp8-fp32 in this script' }]);
    expect(metrics.map(({ name }) => name)).toEqual(['fp32']);
  });

  it('keeps wrong results in mind wherever they come, the warm-up included', async () => {
    const late = [RIGHT, ...Array.from({ length: 10 }, () => RIGHT), RIGHT, RIGHT, WRONG];
    for (const checks of [[WRONG], [RIGHT, RIGHT, WRONG], late]) {
      const { metrics } = await run([{ metric: 'memory-test', checks }, { metric: 'fp32' }]);
      expect(metrics.map(({ faults }) => faults)).toEqual([WRONG, RIGHT]);
    }
  });

  it('gives the memory back after each kind of work, also when it breaks off', async () => {
    const { works } = await run([{ metric: 'fp32' }, { metric: 'int8' }]);
    expect(works.map(({ isReleased }) => isReleased)).toEqual([true, true]);
    const broken = new ScriptedWork({ millisecondsPerRound: 0 });
    const wish = { metrics: ['fp32' as const], milliseconds: 50 };
    await expect(measured(scriptedDevice([broken]), wish)).rejects.toThrow();
    expect(broken.isReleased).toBe(true);
  });

  it('reports the middle of what it saw, and how far it lay apart', async () => {
    const { metrics } = await run([{ metric: 'fp32', millisecondsPerRound: 3 }]);
    const [metric] = metrics;
    expect(metric?.median).toBeCloseTo(1000 / 0.003 / 1e12, 12);
    expect(metric?.spread).toBeLessThan(1e-9);
  });

  it('tells how far it is, within each step and in order', async () => {
    const { words } = await run([{ metric: 'fp32' }, { metric: 'int8' }]);
    const progress = words.flatMap((word) => (word.kind === 'progress' ? [word] : []));
    const rising = progress.map(({ step, share }) => step + share);
    expect(rising).toEqual(rising.toSorted((one, other) => one - other));
    expect([rising[0], rising.at(-1)]).toEqual([0, 2]);
    expect(rising.length).toBeGreaterThan(14);
  });
});

describe('a run under load', () => {
  const metric = (name: MetricName, isHot: boolean): Step => ({
    kind: 'metric',
    name,
    repetitions: 2,
    isHot,
  });
  const steps = [
    metric('fp32', false),
    { kind: 'load' as const, seconds: 2 },
    metric('fp32', true),
  ];

  async function loaded(checks: readonly (typeof WRONG)[] = []) {
    const device = scriptedDevice([
      new ScriptedWork({ metric: 'fp32', checks }),
      new ScriptedWork({ metric: 'memory-copy' }),
    ]);
    const computing = new ScriptedWork({ metric: 'fp16-fp32' });
    let open = 0;
    const beside = () => {
      open += 1;
      return { ...scriptedDevice([computing]), close: () => void (open -= 1) };
    };
    const result = await measured(device, { steps, milliseconds: 50, beside });
    return { ...result, open: () => open };
  }

  it('tells each second, then measures again hot', async () => {
    const { words, open } = await loaded();
    const kinds = words.map(({ kind }) => kind).filter((kind) => kind !== 'progress');
    expect(kinds).toEqual(['metric', 'second', 'second', 'loaded', 'metric']);
    expect(words.filter(({ kind }) => kind === 'second')).toMatchObject([
      { name: 'fp16-fp32', unit: 'TFLOPS' },
      { name: 'fp16-fp32', unit: 'TFLOPS' },
    ]);
    expect(words.at(-2)).toMatchObject({ kind: 'metric', isHot: true });
    expect(open()).toBe(0);
  });

  it('is not loaded after a wrong result', async () => {
    const { words } = await loaded([WRONG]);
    const kinds = words.map(({ kind }) => kind).filter((kind) => kind !== 'progress');
    expect(kinds).toEqual(['metric']);
  });
});
