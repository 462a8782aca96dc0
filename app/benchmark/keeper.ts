import type { BenchmarkReport, Level } from '../contract/benchmark.ts';
import type { Database } from '../storage/database.ts';
import { BenchmarkHistory } from './history.ts';
import type { Keeper } from './measure-card.ts';
import { type OpenRun, OpenRuns } from './open-runs.ts';

/** Keeps reports and open runs in the one database, which `withDatabase` opens as long as it is needed. */
export function databaseKeeper(withDatabase: <T>(work: (db: Database) => T) => T): Keeper {
  const history = <T>(work: (history: BenchmarkHistory) => T): T =>
    withDatabase((db) => work(new BenchmarkHistory(db)));
  const runs = <T>(work: (runs: OpenRuns) => T): T => withDatabase((db) => work(new OpenRuns(db)));
  return {
    earlier: (card: string) => history((all) => all.list(card)),
    keep: (report: BenchmarkReport) => history((all) => all.add(report)),
    findOpen: (level: Level, card) => runs((all) => all.find(level, card)),
    keepOpen: (run: OpenRun) => runs((all) => all.keep(run)),
    closeOpen: (run) => runs((all) => all.close(run)),
  };
}
