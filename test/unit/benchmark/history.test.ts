import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BenchmarkReport } from '../../../app/contract/benchmark.ts';
import { BenchmarkHistory, slowerThanBefore } from '../../../app/benchmark/history.ts';
import { type Database, openDatabase } from '../../../app/storage/database.ts';
import { facts, metric, unscored } from '../../fakes/benchmark/reports.ts';

let db: Database;
let history: BenchmarkHistory;
beforeEach(() => {
  db = openDatabase(':memory:');
  history = new BenchmarkHistory(db);
});
afterEach(() => db.close());

function report(at: number, read = 930, changes: Partial<BenchmarkReport> = {}): BenchmarkReport {
  return {
    card: facts(),
    backend: 'cuda',
    startedAt: at,
    endedAt: at + 25_000,
    level: 'quick',
    metrics: [unscored(metric('memory-read', read), { reference: 937, ratio: read / 937 })],
    sustained: [],
    disturbedBy: [],
    left: [],
    verdict: 'healthy',
    problems: [],
    forecast: { why: 'not asked', models: [], sdxlStepsPerSecond: null },
    ...changes,
  };
}

describe('what was measured before', () => {
  it('is kept whole, newest first, of one card or of all', () => {
    const other = report(3, 500, { card: facts({ uuid: 'GPU-2' }) });
    for (const one of [report(2), report(1), other]) history.add(one);
    expect(history.list('GPU-1')).toEqual([report(2), report(1)]);
    expect(history.list()).toEqual([other, report(2), report(1)]);
    expect(history.list('GPU-9')).toEqual([]);
  });

  it('is bounded for each card', () => {
    history.add(report(1, 1, { card: facts({ uuid: 'GPU-2' }) }));
    for (let at = 1; at <= 205; at++) history.add(report(at));
    const kept = history.list('GPU-1');
    expect(kept).toHaveLength(200);
    expect([kept[0]?.startedAt, kept.at(-1)?.startedAt]).toEqual([205, 6]);
    expect(history.list('GPU-2')).toHaveLength(1);
  });

  it('of a version that nobody understands is left out', () => {
    db.run("INSERT INTO benchmarks (card, at, report) VALUES ('GPU-1', 9, '{}')");
    history.add(report(1));
    expect(history.list()).toEqual([report(1)]);
  });
});

describe('slower than before', () => {
  const before = [report(5, 930), report(4, 925), report(3, 935)];

  it('is said with the share, above what is noise', () => {
    expect(slowerThanBefore(report(6, 860), before)).toMatchObject([
      {
        code: 'slower-than-before',
        message: 'memory-read is 8 % slower than in its last 3 measurements.',
      },
    ]);
    expect(slowerThanBefore(report(6, 895), before)).toEqual([]);
    expect(slowerThanBefore(report(6, 990), before)).toEqual([]);
  });

  it('is not said where the repetitions scatter as much', () => {
    const shaky = report(6, 860);
    const metrics = shaky.metrics.map((one) => ({ ...one, spread: 0.04 }));
    expect(slowerThanBefore({ ...shaky, metrics }, before)).toEqual([]);
  });

  it.each<[string, BenchmarkReport[]]>([
    ['one measurement', [report(5, 930)]],
    ['another driver', before.map((one) => ({ ...one, card: facts({ driverCuda: 12_080 }) }))],
    ['another back end', before.map((one) => ({ ...one, backend: 'opencl' as const }))],
    ['another card', before.map((one) => ({ ...one, card: facts({ uuid: 'GPU-2' }) }))],
    ['other metrics', before.map((one) => ({ ...one, metrics: [] }))],
    ['nothing', []],
  ])('is not said beside %s', (_what, earlier) => {
    expect(slowerThanBefore(report(6, 500), earlier)).toEqual([]);
  });

  it('looks at the last five alone', () => {
    const slow = [1, 2, 3, 4, 5].map((at) => report(at + 10, 860));
    expect(slowerThanBefore(report(20, 860), [...slow, ...before])).toEqual([]);
  });
});
