import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StepWord } from '../../../app/benchmark/ladder/run-steps.ts';
import { type Step, stepsOf } from '../../../app/benchmark/ladder/steps.ts';
import type { Opened } from '../../../app/benchmark/runner/messages.ts';
import { runBenchmark, type RunOptions } from '../../../app/benchmark/runner/run.ts';
import { type Metric, MetricName } from '../../../app/contract/benchmark.ts';
import { buildFakeCuda, type Script, whyNoFakeCuda } from '../../fakes/cuda/fake-cuda.ts';

/* The real child and the real calls of the driver's library; the library is a fake. */

const reason = whyNoFakeCuda();
const never = new AbortController().signal;

/** Children of this process that run such a module now. */
function running(module: string): number {
  if (!existsSync('/proc')) return 0;
  const read = (pid: string, file: string): string =>
    readFileSync(join('/proc', pid, file), 'utf8');
  return readdirSync('/proc').filter((pid) => {
    try {
      // The parent is the second field after the name, which stands in brackets.
      const [, parent] = read(pid, 'stat')
        .replace(/^.*\) /s, '')
        .split(' ');
      return Number(parent) === process.pid && read(pid, 'cmdline').includes(module);
    } catch {
      return false;
    }
  }).length;
}

const metricOf = (word: StepWord): Metric[] => (word.kind === 'metric' ? [word.metric] : []);
const child = (name: string): URL => new URL(`./children/${name}.ts`, import.meta.url);

describe.skipIf(reason !== null)(
  `a run of the benchmark in its process${reason === null ? '' : ` (${reason})`}`,
  () => {
    const fake = reason === null ? buildFakeCuda() : () => ({});
    interface Plan {
      readonly card?: string;
      readonly metrics?: readonly MetricName[];
      readonly steps?: readonly Step[];
    }

    async function run(plan: Plan, script: Script = {}, more: Partial<RunOptions> = {}) {
      const words: StepWord[] = [];
      const opened: Opened[] = [];
      const metrics = plan.metrics ?? ['fp32', 'memory-read'];
      const steps = plan.steps ?? stepsOf({ level: 'quick', metrics });
      await runBenchmark(
        { backend: 'cuda', card: plan.card ?? null },
        {
          signal: never,
          onOpened: (one) => (opened.push(one), Promise.resolve(steps)),
          onWord: (word) => words.push(word),
          env: { ...process.env, ...fake(script) },
          ...more,
        },
      );
      return { words, opened: opened[0], metrics: words.flatMap(metricOf) };
    }

    it('tells what it opened, then each metric as it goes', async () => {
      const { opened, metrics, words } = await run({ metrics: ['fp32', 'fp8-fp32'] }, { cc: 80 });
      expect([opened?.backend, opened?.card.name]).toEqual(['cuda', 'Fake card 0']);
      expect(metrics.map(({ name }) => name)).toEqual(['fp32']);
      expect(words.filter(({ kind }) => kind === 'left')).toMatchObject([{ name: 'fp8-fp32' }]);
      await expect.poll(() => running('runner/child.ts')).toBe(0);
    });

    it('loads the card, and tells each second', async () => {
      const { words } = await run({ steps: [{ kind: 'load', seconds: 2 }] });
      const kinds = words.map(({ kind }) => kind).filter((kind) => kind !== 'progress');
      expect(kinds).toEqual(['second', 'second', 'loaded']);
      expect(words.find(({ kind }) => kind === 'loaded')).toMatchObject({ faults: { count: 0 } });
    });

    it('finds what goes wrong under load, while computing and while copying', async () => {
      for (const script of [{ wrongOnSm: 3 }, { badWord: 1000 }]) {
        const { words } = await run({ steps: [{ kind: 'load', seconds: 60 }] }, script);
        const end = words.find(({ kind }) => kind === 'loaded');
        expect(end?.kind === 'loaded' && end.faults.count).toBeGreaterThan(0);
      }
    });

    it('measures nothing where that is refused, with its reason', async () => {
      const refused = run({}, {}, { onOpened: () => Promise.reject(new Error('not this one')) });
      await expect(refused).rejects.toThrow('not this one');
      await expect.poll(() => running('runner/child.ts')).toBe(0);
    });

    it('ends where what it tells cannot be kept, with the reason', async () => {
      const onWord = ({ kind }: StepWord): void => {
        if (kind === 'metric') throw new Error('the disk is full');
      };
      await expect(run({}, {}, { onWord })).rejects.toThrow('the disk is full');
      await expect.poll(() => running('runner/child.ts')).toBe(0);
    });

    it('tells wrong results as they are', async () => {
      const { metrics } = await run({ metrics: ['int8'] }, { wrongOnSm: 3 });
      expect(metrics[0]?.faults.places).toEqual(['multiprocessor 3']);
    });

    it.each<{ what: string; plan: Plan; script: Script; code: string; words: RegExp }>([
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
        {
          signal: stop.signal,
          onWord: ({ kind }) => {
            if (kind === 'metric') stop.abort();
          },
        },
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
