import { existsSync } from 'node:fs';
import type { JobSummary } from '../../app/contract/job.ts';
import { JobHistory } from '../../app/jobs/history.ts';
import { openDatabase } from '../../app/storage/database.ts';
import { nosText } from './nos-text.ts';
import { type CliContext, type CliResult, numberFlag, paths } from './context.ts';

/** `offpeak jobs`: read from the database, so it works whether or not a host runs. */
export async function jobs(context: CliContext): Promise<CliResult> {
  const { db: file, home } = paths(context.env);
  const limit = numberFlag(context.values.limit, 'limit', { min: 1, max: 500, otherwise: 50 });
  if (!existsSync(file)) return await Promise.resolve(show([]));
  const db = openDatabase(file, { readOnly: true });
  const history = new JobHistory({ db, home });
  try {
    if (context.values.csv) {
      const { text } = history.csv();
      return { exitCode: 0, json: { csv: text }, text };
    }
    return show(history.list({ limit }).jobs);
  } finally {
    db.close();
  }
}

function show(rows: readonly JobSummary[]): CliResult {
  return {
    exitCode: 0,
    json: { jobs: rows.map(jsonRow) },
    text: rows.length === 0 ? 'No jobs yet.\n' : rows.map(textRow).join(''),
  };
}

function jsonRow(job: JobSummary) {
  const { id, network, image, state, outcome, startedAt, endedAt } = job;
  const { grossBaseUnits, transaction } = job;
  return { id, network, image, state, outcome, startedAt, endedAt, grossBaseUnits, transaction };
}

function textRow(job: JobSummary): string {
  const when = new Date(job.startedAt).toISOString().slice(0, 16).replace('T', ' ');
  const mark = job.practice ? ' (practice)' : '';
  const gross = job.grossBaseUnits === null ? '– NOS' : nosText(job.grossBaseUnits);
  return `${when}  ${(job.outcome ?? job.state).padEnd(15)}  ${gross}${mark}  ${job.title}\n`;
}
