import { describe, expect, it } from 'vitest';
import { quickBenchmark } from '../../../app/benchmark/quick.ts';
import type { Metric, MetricName } from '../../../app/contract/benchmark.ts';
import {
  RIGHT,
  scriptedDevice,
  ScriptedWork,
  type WorkScript,
  WRONG,
} from '../../fakes/benchmark/scripted-work.ts';

/* A quick run over a scripted card: what is reported of what was measured. */

async function run(scripts: readonly WorkScript[], metrics?: readonly MetricName[]) {
  const works = scripts.map((script) => new ScriptedWork(script));
  const told: Metric[] = [];
  const result = await quickBenchmark(scriptedDevice(works), {
    metrics: metrics ?? works.map(({ metric }) => metric),
    signal: new AbortController().signal,
    onMetric: (metric) => told.push(metric),
    milliseconds: 50,
  });
  return { ...result, told, works };
}

describe('a quick benchmark', () => {
  it('reports each kind of work in its unit, as it goes', async () => {
    const { metrics, told } = await run([
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
    expect(told).toEqual(metrics);
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
    const device = scriptedDevice([broken]);
    const signal = new AbortController().signal;
    const wish = { metrics: ['fp32' as const], signal, onMetric: () => undefined };
    await expect(quickBenchmark(device, wish)).rejects.toThrow();
    expect(broken.isReleased).toBe(true);
  });

  it('reports the middle of what it saw, and how far it lay apart', async () => {
    const { metrics } = await run([{ metric: 'fp32', millisecondsPerRound: 3 }]);
    const [metric] = metrics;
    expect(metric?.median).toBeCloseTo(1000 / 0.003 / 1e12, 12);
    expect(metric?.spread).toBeLessThan(1e-9);
  });
});
