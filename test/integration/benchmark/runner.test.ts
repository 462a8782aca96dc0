import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../app/benchmark/runner/messages.ts';
import { runBenchmark, type RunOptions } from '../../../app/benchmark/runner/run.ts';
import { MetricName } from '../../../app/contract/benchmark.ts';
import { buildFakeCuda, type Script, whyNoFakeCuda } from '../../fakes/cuda/fake-cuda.ts';

/* The real child and the real calls of the driver's library; the library is a fake. */

const reason = whyNoFakeCuda();
const PLAN: Plan = { backend: 'cuda', card: null, metrics: ['fp32', 'memory-read'] };
const never = new AbortController().signal;

/** Processes of ours that run such a module now. */
function running(module: string): number {
  if (!existsSync('/proc')) return 0;
  return readdirSync('/proc').filter((pid) => {
    try {
      return (
        /^\d+$/.test(pid) && readFileSync(join('/proc', pid, 'cmdline'), 'utf8').includes(module)
      );
    } catch {
      return false;
    }
  }).length;
}

const child = (name: string): URL => new URL(`./children/${name}.ts`, import.meta.url);

describe.skipIf(reason !== null)(
  `a run of the benchmark in its process${reason === null ? '' : ` (${reason})`}`,
  () => {
    const fake = reason === null ? buildFakeCuda() : () => ({});
    const run = (plan: Partial<Plan>, script: Script = {}, more: Partial<RunOptions> = {}) =>
      runBenchmark(
        { ...PLAN, ...plan },
        {
          signal: never,
          onMetric: () => undefined,
          env: { ...process.env, ...fake(script) },
          ...more,
        },
      );

    it('tells each metric as it goes, and all of them at the end', async () => {
      const told: string[] = [];
      const { backend, card, metrics, left } = await run(
        { metrics: ['fp32', 'fp8-fp32'] },
        { cc: 80 },
        { onMetric: ({ name }) => told.push(name) },
      );
      expect([backend, card.name]).toEqual(['cuda', 'Fake card 0']);
      expect(metrics.map(({ name }) => name)).toEqual(['fp32']);
      expect(left).toMatchObject([{ name: 'fp8-fp32' }]);
      expect(told).toEqual(['fp32']);
      await expect.poll(() => running('runner/child.ts')).toBe(0);
    });

    it('tells wrong results as they are', async () => {
      const { metrics } = await run({ metrics: ['int8'] }, { wrongOnSm: 3 });
      expect(metrics[0]?.faults.places).toEqual(['multiprocessor 3']);
    });

    it.each<{ what: string; plan: Partial<Plan>; script: Script; code: string; words: RegExp }>([
      {
        what: 'there is no card',
        plan: {},
        script: { init: 100 },
        code: 'benchmark.no-device',
        words: /sees no such card/,
      },
      {
        what: 'there is no such card',
        plan: { card: 'GPU-none' },
        script: {},
        code: 'benchmark.no-device',
        words: /GPU-none/,
      },
      {
        what: 'the card stops working',
        plan: {},
        script: { failAt: 20, failWith: 700 },
        code: 'benchmark.device-fault',
        words: /700 \(illegal/,
      },
    ])('says why it cannot measure: $what', async ({ plan, script, code, words }) => {
      const message = expect.stringMatching(words) as string;
      await expect(run(plan, script)).rejects.toMatchObject({ code, message });
    });

    it('stops softly when it is told to', async () => {
      const stop = new AbortController();
      const stopped = run(
        { metrics: MetricName.options },
        {},
        { signal: stop.signal, onMetric: () => stop.abort() },
      );
      await expect(stopped).rejects.toMatchObject({ code: 'benchmark.cancelled' });
      await expect.poll(() => running('runner/child.ts')).toBe(0);
    });

    it('is not begun when it is stopped before', async () => {
      const signal = AbortSignal.abort(new Error('never mind'));
      await expect(run({}, {}, { signal })).rejects.toThrow('never mind');
    });

    it('ends a driver that does not hear the stop', async () => {
      const stop = new AbortController();
      const stopped = run({}, {}, { signal: stop.signal, childEntry: child('hangs') });
      setTimeout(() => stop.abort(), 300);
      await expect(stopped).rejects.toMatchObject({ code: 'benchmark.cancelled' });
      await expect.poll(() => running('children/hangs.ts')).toBe(0);
    });

    it('gives up on a driver that shows no sign of life, and says so', async () => {
      const patience = { stopMs: 500, silenceMs: 1_000 };
      const silent = run({}, {}, { childEntry: child('hangs'), patience });
      await expect(silent).rejects.toMatchObject({
        code: 'benchmark.device-fault',
        message: expect.stringContaining('does not answer any more') as string,
      });
      await expect.poll(() => running('children/hangs.ts')).toBe(0);
    });

    it('outlives a driver that takes its process with it', async () => {
      const crashed = run({}, {}, { childEntry: child('crashes') });
      await expect(crashed).rejects.toMatchObject({
        code: 'benchmark.device-fault',
        message: expect.stringContaining('ended (139) segmentation fault') as string,
      });
    });
  },
);
