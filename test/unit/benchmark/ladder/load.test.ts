import { describe, expect, it } from 'vitest';
import { sustainedLoad } from '../../../../app/benchmark/ladder/load.ts';
import type { MetricName } from '../../../../app/contract/benchmark.ts';
import {
  RIGHT,
  scriptedDevice,
  ScriptedWork,
  type WorkScript,
  WRONG,
} from '../../../fakes/benchmark/scripted-work.ts';

const COMPUTES: WorkScript = { metric: 'fp16-fp32', millisecondsPerRound: 5, lasts: true };
const COPIES: WorkScript = { metric: 'memory-copy', millisecondsPerRound: 5, lasts: true };

async function load(scripts: readonly WorkScript[], seconds = 1, signal?: AbortSignal) {
  const works = scripts.map((script) => new ScriptedWork(script));
  const device = scriptedDevice(works);
  const told: [MetricName, number][] = [];
  const loading = sustainedLoad(
    { computing: device, copying: device },
    {
      seconds,
      seed: 1,
      secondMs: 150,
      signal: signal ?? new AbortController().signal,
      onSecond: (name, perSecond) => told.push([name, perSecond]),
    },
  );
  const [end] = await Promise.allSettled([loading]);
  return { end, told, works };
}

describe('a sustained load', () => {
  it('computes and copies at once, and tells what was computed in each second', async () => {
    const { end, told, works } = await load([COMPUTES, COPIES], 2);
    expect(end).toMatchObject({ value: RIGHT });
    expect(told.map(([name]) => name)).toEqual(['fp16-fp32', 'fp16-fp32']);
    for (const [, perSecond] of told) expect(perSecond).toBeGreaterThan(0);
    for (const work of works) {
      expect(work.launched.length).toBeGreaterThan(8);
      expect(work.isReleased).toBe(true);
    }
  });

  it.each([
    ['without tensor cores', [{ metric: 'fp32' } as const, COPIES], 'fp32'],
    ['without room to copy', [COMPUTES], 'fp16-fp32'],
  ])('does what the card can do: %s', async (_what, scripts, name) => {
    const { told } = await load(scripts);
    expect(told.map(([one]) => one)).toEqual([name]);
  });

  it('is none where a card can do no work', async () => {
    const { end } = await load([COPIES]);
    expect(end).toMatchObject({
      reason: { message: expect.stringContaining('no fp32') as string },
    });
  });

  it.each([
    ['computes', [{ ...COMPUTES, checks: [RIGHT, WRONG] }, COPIES]],
    ['copies', [COMPUTES, { ...COPIES, checks: [RIGHT, WRONG] }]],
  ])('ends with the second in which something was wrong: it %s', async (_what, scripts) => {
    const { end, told } = await load(scripts, 60);
    expect(end).toMatchObject({ value: WRONG });
    expect(told.length).toBeLessThanOrEqual(3);
  });

  it('stops at once, and gives all memory back', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    const since = performance.now();
    const { end, works } = await load([COMPUTES, COPIES], 60, stop.signal);
    expect(end).toMatchObject({ reason: { code: 'benchmark.cancelled' } });
    expect(performance.now() - since).toBeLessThan(600);
    expect(works.map(({ isReleased }) => isReleased)).toEqual([true, true]);
  });

  it('ends both where one lane breaks off', async () => {
    const { end, works } = await load([COMPUTES, { ...COPIES, millisecondsPerRound: 0 }], 60);
    expect(end).toMatchObject({
      reason: { message: expect.stringContaining('ends before') as string },
    });
    const launched = works.map((work) => work.launched.length);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(works.map((work) => work.launched.length)).toEqual(launched);
  });
});
