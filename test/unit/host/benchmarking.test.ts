import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { databaseKeeper } from '../../../app/benchmark/keeper.ts';
import type { measureCard, MeasureOptions, Request } from '../../../app/benchmark/measure-card.ts';
import type { SweepOptions } from '../../../app/benchmark/sweep/sweep-card.ts';
import { Benchmarking } from '../../../app/benchmarking.ts';
import type { BenchmarkReport, BenchmarkState } from '../../../app/contract/benchmark.ts';
import type { SweepReport } from '../../../app/contract/sweep.ts';
import { OffpeakError } from '../../../app/contract/errors.ts';
import { type Database, openDatabase } from '../../../app/storage/database.ts';
import { aSweep } from '../../fakes/benchmark/sweeps.ts';
import { aReport } from '../../e2e/support/scripted-benchmark.ts';

let db: Database;
beforeEach(() => void (db = openDatabase(':memory:')));
afterEach(() => db.close());

const CARD = 'GPU-1';
const QUICK = { card: CARD, level: 'quick', isResumed: false } as const;

/** Where a run waits until the test ends it; stopped, it says so. */
function world() {
  const keeper = databaseKeeper((work) => work(db));
  const busy = new Set<string>();
  const shown: BenchmarkState[] = [];
  const onChange = vi.fn();
  const asked: [Request, MeasureOptions][] = [];
  let end: (result: BenchmarkReport | Error) => void = () => undefined;
  const measure: typeof measureCard = (request, options) => {
    asked.push([request, options]);
    return new Promise((resolve, reject) => {
      end = (result) => (result instanceof Error ? reject(result) : resolve(result));
      options.signal.addEventListener('abort', () =>
        reject(new OffpeakError('benchmark.cancelled')),
      );
    });
  };
  const swept: [string | null, SweepOptions][] = [];
  const kept: SweepReport[] = [];
  let endSweep: (result: SweepReport | Error) => void = () => undefined;
  const benchmarking = new Benchmarking({
    measure,
    keeper,
    options: () => ({
      keeper,
      reader: { read: () => Promise.reject(new Error('not asked')), stop: () => undefined },
    }),
    sweep: (wish, options) => {
      swept.push([wish.card, options]);
      return new Promise((resolve, reject) => {
        endSweep = (result) => (result instanceof Error ? reject(result) : resolve(result));
      });
    },
    sweeps: { keep: (report) => void kept.push(report), of: () => kept.at(-1) ?? null },
    hold: () => Promise.resolve(),
    isBusy: (card) => busy.has(card),
    show: (state) => shown.push(state),
    onChange,
  });
  return {
    benchmarking,
    keeper,
    busy,
    shown,
    onChange,
    asked,
    swept,
    endSweep: (with_: SweepReport | Error) => endSweep(with_),
    end: (with_: BenchmarkReport | Error) => end(with_),
  };
}

const last = (shown: readonly BenchmarkState[]) => shown.at(-1);

describe('measuring from the app', () => {
  it('holds the card until it is done, and shows how far it is', async () => {
    const { benchmarking, asked, shown, end, onChange } = world();
    benchmarking.start({ ...QUICK, level: 'health', isResumed: true });
    expect(benchmarking.isMeasuring(CARD)).toBe(true);
    expect(benchmarking.isMeasuring('GPU-2')).toBe(false);
    expect(onChange).toHaveBeenCalledTimes(1);
    const [[request, options] = []] = asked;
    expect(request).toMatchObject({ card: CARD, level: 'health', isResumed: true, backend: null });
    options?.onProgress({ share: 0.4, remainingSeconds: 170, now: 'load' });
    expect(last(shown)?.running).toEqual({
      card: CARD,
      level: 'health',
      share: 0.4,
      remainingSeconds: 170,
      now: 'load',
      capWatts: null,
    });
    end(aReport());
    await vi.waitFor(() => expect(last(shown)?.running).toBeNull());
    expect(last(shown)).toEqual({ running: null, problem: null, revision: 1 });
    expect(benchmarking.isMeasuring(CARD)).toBe(false);
    expect(onChange).toHaveBeenCalledTimes(2);
  });

  it('is refused while a job uses the card, or another is measured', () => {
    const { benchmarking, busy, shown } = world();
    busy.add(CARD);
    expect(() => benchmarking.start(QUICK)).toThrow('A job is using the card.');
    expect(shown).toEqual([]);
    benchmarking.start({ ...QUICK, card: 'GPU-2' });
    busy.clear();
    expect(() => benchmarking.start(QUICK)).toThrow('measured already');
  });

  it('makes way for a job that comes all the same', async () => {
    const { benchmarking, busy, shown } = world();
    benchmarking.start(QUICK);
    benchmarking.giveWay();
    expect(benchmarking.isMeasuring(CARD)).toBe(true);
    busy.add(CARD);
    benchmarking.giveWay();
    await vi.waitFor(() => expect(benchmarking.isMeasuring(CARD)).toBe(false));
    expect(last(shown)?.problem).toMatchObject({
      card: CARD,
      code: 'benchmark.made-way',
      message: 'A job came for the card.',
    });
  });

  it('is stopped without a word, and can begin again', async () => {
    const { benchmarking, shown, asked } = world();
    benchmarking.start(QUICK);
    await benchmarking.stop();
    expect(last(shown)).toMatchObject({ running: null, problem: null });
    benchmarking.start(QUICK);
    expect(asked).toHaveLength(2);
    await benchmarking.stop();
    await benchmarking.stop();
  });

  it('says what went wrong', async () => {
    const { benchmarking, shown, end } = world();
    benchmarking.start(QUICK);
    end(new OffpeakError('benchmark.no-cuda'));
    await vi.waitFor(() =>
      expect(last(shown)?.problem).toMatchObject({ code: 'benchmark.no-cuda', card: CARD }),
    );
  });

  it('knows the newest report, those before it in short, and what can be gone on with', () => {
    const { benchmarking, keeper } = world();
    expect(benchmarking.history(CARD)).toEqual({
      latest: null,
      earlier: [],
      open: [],
      sweep: null,
    });
    const reports = [3, 2, 1].map((age) => aReport({ startedAt: Date.now() - age * 1_000 }));
    for (const report of reports) keeper.keep(report);
    const { card, backend } = aReport();
    keeper.keepOpen({
      card,
      backend,
      level: 'soak',
      startedAt: Date.now(),
      metrics: ['fp32'],
      disturbedBy: [],
      parts: [],
    });
    const { latest, earlier, open } = benchmarking.history(CARD);
    expect(latest).toEqual(reports[2]);
    expect(earlier.map(({ startedAt }) => startedAt)).toEqual([
      reports[1]?.startedAt,
      reports[0]?.startedAt,
    ]);
    expect(earlier[0]?.metrics[0]).toEqual({ name: 'memory-read', median: 941, unit: 'GB/s' });
    expect(open).toEqual(['soak']);
  });
});

describe('a sweep from the app', () => {
  it('holds the card, shows the limit of now, and keeps what came out', async () => {
    const { benchmarking, swept, endSweep, shown } = world();
    benchmarking.sweep(CARD);
    expect(benchmarking.isMeasuring(CARD)).toBe(true);
    expect(() => benchmarking.start(QUICK)).toThrow('measured already');
    const [[card, options] = []] = swept;
    expect(card).toBe(CARD);
    options?.onProgress({ share: 0.5, remainingSeconds: 150, capWatts: 360 });
    expect(last(shown)?.running).toEqual({
      card: CARD,
      level: 'sweep',
      now: 'load',
      capWatts: 360,
      share: 0.5,
      remainingSeconds: 150,
    });
    endSweep(aSweep());
    await vi.waitFor(() => expect(last(shown)?.running).toBeNull());
    expect(last(shown)).toEqual({ running: null, problem: null, revision: 1 });
    expect(benchmarking.history(CARD).sweep).toEqual(aSweep());
  });

  it('that cannot be done says why', async () => {
    const { benchmarking, endSweep, shown } = world();
    benchmarking.sweep(CARD);
    endSweep(new OffpeakError('benchmark.no-caps'));
    await vi.waitFor(() =>
      expect(last(shown)?.problem).toMatchObject({ code: 'benchmark.no-caps', card: CARD }),
    );
    expect(benchmarking.history(CARD).sweep).toBeNull();
  });
});
