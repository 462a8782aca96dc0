import { existsSync } from 'node:fs';
import { BenchmarkHistory } from '../../app/benchmark/history.ts';
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

/** Those that can be read now, to compare with. */
export function knownReports(env: NodeJS.ProcessEnv, card: string): BenchmarkReport[] {
  try {
    return earlierReports(env, card);
  } catch {
    // A database of another version: the measurement stands by itself.
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

/** Keeps a report beside what a running host writes; what cannot be kept is said and nothing else. */
export function keepReport(env: NodeJS.ProcessEnv, report: BenchmarkReport): void {
  try {
    const db = openDatabase(paths(env).db);
    try {
      new BenchmarkHistory(db).add(report);
    } finally {
      db.close();
    }
  } catch (error) {
    process.stderr.write(`The report could not be kept: ${toErrorReport(error).message}\n`);
  }
}
