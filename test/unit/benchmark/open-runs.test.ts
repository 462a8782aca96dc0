import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenRun, OpenRuns } from '../../../app/benchmark/open-runs.ts';
import { type Database, openDatabase } from '../../../app/storage/database.ts';
import { facts, metric, observed, sustained } from '../../fakes/benchmark/reports.ts';

let db: Database;
let runs: OpenRuns;
beforeEach(() => {
  db = openDatabase(':memory:');
  runs = new OpenRuns(db);
});
afterEach(() => db.close());

function run(startedAt: number, changes: Partial<OpenRun> = {}): OpenRun {
  return {
    card: facts(),
    backend: 'cuda',
    startedAt,
    level: 'health',
    metrics: ['fp32'],
    disturbedBy: [],
    parts: [
      { kind: 'metric', isHot: false, metric: metric('fp32', 85), observed: observed() },
      { kind: 'left', name: 'int8', reason: 'too old' },
      { kind: 'load', load: sustained() },
    ],
    ...changes,
  };
}
const anyCard = { card: null, after: 0 };

describe('runs that have not come to their end', () => {
  it('are kept whole, one for each card and level', () => {
    const other = run(3, { card: facts({ uuid: 'GPU-2' }) });
    const soak = run(4, { level: 'soak' });
    for (const one of [run(1), run(2), other, soak]) runs.keep(one);
    expect(runs.find('health', { card: 'GPU-1', after: 0 })).toEqual(run(2));
    expect(runs.find('health', anyCard)).toEqual(other);
    expect(runs.find('soak', anyCard)).toEqual(soak);
    expect(runs.find('quick', anyCard)).toBeNull();
  });

  it('are forgotten when they have come to it, or are too old', () => {
    runs.keep(run(5));
    expect(runs.find('health', { card: null, after: 6 })).toBeNull();
    runs.close(run(5));
    expect(runs.find('health', anyCard)).toBeNull();
  });

  it('of a version that nobody understands are left out', () => {
    db.run("INSERT INTO benchmark_runs (card, level, at, run) VALUES ('GPU-9', 'health', 9, '{}')");
    runs.keep(run(1));
    expect(runs.find('health', anyCard)).toEqual(run(1));
  });
});
