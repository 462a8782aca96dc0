import { existsSync } from 'node:fs';
import { BenchmarkHistory } from '../../app/benchmark/history.ts';
import { databaseKeeper } from '../../app/benchmark/keeper.ts';
import type { Keeper } from '../../app/benchmark/measure-card.ts';
import type { BenchmarkReport } from '../../app/contract/benchmark.ts';
import { toErrorReport } from '../../app/contract/errors.ts';
import { openDatabase } from '../../app/storage/database.ts';
import { type CliContext, type CliResult, paths } from './context.ts';
import { historyText } from './benchmark-text.ts';

/** `offpeak benchmark --history`: what was measured before, newest first. */
export function benchmarkHistory({ values, env }: Pick<CliContext, 'values' | 'env'>): CliResult {
  const reports = earlierReports(env, values.card ?? null);
  return { exitCode: 0, json: { reports }, text: historyText(reports) };
}

/**
 * Keeps beside what a running host writes. What cannot be kept is said and nothing else; what a database of
 * another version holds is not known.
 */
export function keeperFor(env: NodeJS.ProcessEnv): Keeper {
  const keeper = databaseKeeper((work) => {
    const db = openDatabase(paths(env).db);
    try {
      return work(db);
    } finally {
      db.close();
    }
  });
  const said = new Set<string>();
  const orSay = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      const { message } = toErrorReport(error);
      if (!said.has(message)) process.stderr.write(`The report could not be kept: ${message}\n`);
      said.add(message);
    }
  };
  return {
    earlier: (card) => knownReports(env, card),
    keep: (report) => orSay(() => keeper.keep(report)),
    findOpen: (level, card) => keeper.findOpen(level, card),
    keepOpen: (run) => orSay(() => keeper.keepOpen(run)),
    closeOpen: (run) => orSay(() => keeper.closeOpen(run)),
  };
}

function knownReports(env: NodeJS.ProcessEnv, card: string): BenchmarkReport[] {
  try {
    return earlierReports(env, card);
  } catch {
    return [];
  }
}

/** Newest first; none where nothing was kept. Throws `storage.*`. */
function earlierReports(env: NodeJS.ProcessEnv, card: string | null): BenchmarkReport[] {
  const { db: file } = paths(env);
  if (!existsSync(file)) return [];
  const db = openDatabase(file, { readOnly: true });
  try {
    return new BenchmarkHistory(db).list(card);
  } finally {
    db.close();
  }
}
