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

const NOW = Date.now();
const DAY_MS = 24 * 3_600_000;

/** Begun so long after the first of them. */
function run(after: number, changes: Partial<OpenRun> = {}): OpenRun {
  const startedAt = NOW + after;
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

describe('runs that have not come to their end', () => {
  it('are kept whole, one for each card and level', () => {
    const other = run(3, { card: facts({ uuid: 'GPU-2' }) });
    const soak = run(4, { level: 'soak' });
    for (const one of [run(1), run(2), other, soak]) runs.keep(one);
    expect(runs.find('health', 'GPU-1')).toEqual(run(2));
    expect(runs.find('health', null)).toEqual(other);
    expect(runs.find('soak', null)).toEqual(soak);
    expect(runs.find('quick', null)).toBeNull();
  });

  it('are forgotten when they have come to it, or are too old', () => {
    runs.keep(run(0));
    runs.close(run(0));
    expect(runs.find('health', null)).toBeNull();
    runs.keep(run(60_000 - DAY_MS));
    expect(runs.find('health', null)).not.toBeNull();
    runs.keep(run(-60_000 - DAY_MS));
    expect(runs.find('health', null)).toBeNull();
  });

  it('of a version that nobody understands are left out', () => {
    db.run(
      "INSERT INTO benchmark_runs (card, level, at, run) VALUES ('GPU-9', 'health', ?, '{}')",
      NOW + 9,
    );
    runs.keep(run(1));
    expect(runs.find('health', null)).toEqual(run(1));
  });
});
