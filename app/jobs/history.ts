import { z } from 'zod';
import type { CommandInput, CommandOutput } from '../contract/commands.ts';
import { OffpeakError } from '../contract/errors.ts';
import { JobStatus, Outcome, Stage, type JobDetail, type JobSummary } from '../contract/job.ts';
import type { Database } from '../storage/database.ts';
import { csvOf } from './csv.ts';
import { jobFolder } from './job-folder.ts';
import { Journal } from './journal.ts';
import { readLog } from './log-read.ts';
import { expiresAt, workOf } from './run.ts';
import { RunEvent } from './run-event.ts';
import { timelineOf } from './timeline.ts';
import { operationViews, summaryOf } from './views.ts';

const Row = z.object({
  run: z.string(),
  job: z.string(),
  network: z.string(),
  practice: z.number(),
  title: z.string(),
  image: z.string().nullable(),
  stage: Stage,
  outcome: Outcome.nullable(),
  status: JobStatus.nullable(),
  started_at: z.number(),
  ended_at: z.number().nullable(),
  gross: z.string().nullable(),
  transaction: z.string().nullable(),
});

const NetworkRow = z.object({ network: z.string() });
const HostRow = z.object({ host: z.string() });
const Total = z.object({ total: z.number() });
const ClosedRow = Row.extend({ event: z.string() });

/** All runs of all networks and identities, as commands of the contract ask for them. */
export class JobHistory {
  readonly #where: { readonly db: Database; readonly home: string };

  constructor(where: { readonly db: Database; readonly home: string }) {
    this.#where = where;
  }

  /** The command `jobs.list`. */
  list(input: CommandInput<'jobs.list'>): CommandOutput<'jobs.list'> {
    return listRuns(this.#where.db, input);
  }

  /** The command `jobs.get`; throws `jobs.not-found`. */
  get(run: string): JobDetail {
    return getRun(this.#where.db, run);
  }

  /** The command `jobs.log`; throws `jobs.not-found`. */
  log(input: CommandInput<'jobs.log'>): Promise<CommandOutput<'jobs.log'>> {
    return logOfRun(this.#where, input);
  }

  /** The command `jobs.csv`. */
  csv(): CommandOutput<'jobs.csv'> {
    return csvOfRuns(this.#where.db);
  }

  /** Addresses of identities of one network that have runs without a receipt. */
  unsettled(network: string): string[] {
    const sql = "SELECT DISTINCT host FROM runs WHERE network = ? AND stage <> 'closed'";
    return this.#where.db.all(HostRow, sql, network).flatMap(({ host }) => host || []);
  }
}

/** All runs that Offpeak knows, newest first, in pages (the command `jobs.list`). */
function listRuns(
  db: Database,
  { limit, before, outcome, search }: CommandInput<'jobs.list'>,
): CommandOutput<'jobs.list'> {
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  if (outcome === 'open') conditions.push('outcome IS NULL');
  else if (outcome !== undefined) {
    conditions.push('outcome = ?');
    values.push(outcome);
  }
  if (search !== undefined && search.trim() !== '') {
    const anywhere = `%${search.trim().replace(/[\\%_]/g, '\\$&')}%`;
    const columns = ['title', 'job', 'run', 'image', '"transaction"'];
    conditions.push(`(${columns.map((name) => `${name} LIKE ? ESCAPE '\\'`).join(' OR ')})`);
    values.push(...columns.map(() => anywhere));
  }
  const total = db.first(
    Total,
    `SELECT count(*) AS total FROM runs ${where(conditions)}`,
    ...values,
  );
  const place = before === undefined ? null : readPlace(before);
  if (place !== null) {
    // Newest first; runs of the same moment in the order of their addresses.
    conditions.push('(started_at < ? OR (started_at = ? AND run > ?))');
    values.push(place.startedAt, place.startedAt, place.run);
  }
  const rows = db.all(
    Row,
    `SELECT * FROM runs ${where(conditions)} ORDER BY started_at DESC, run LIMIT ?`,
    ...values,
    limit + 1,
  );
  const jobs = rows.slice(0, limit).map(summaryOfRow);
  const last = rows.length > limit ? jobs.at(-1) : undefined;
  const next = last === undefined ? null : `${last.startedAt}:${last.run}`;
  return { jobs, next, total: total?.total ?? 0 };
}

/** Everything kept about one run (the command `jobs.get`); throws `jobs.not-found`. */
function getRun(db: Database, id: string): JobDetail {
  const replayed = new Journal(db).replay(id);
  if (replayed === null) throw new OffpeakError('jobs.not-found');
  const { run, events } = replayed;
  const work = workOf(run);
  return {
    ...summaryOf(run),
    passport: run.passport,
    operations: work === null ? [] : operationViews(work),
    receipt: run.stage === 'closed' ? run.receipt : null,
    definition: run.definition,
    expiresAt: expiresAt(run),
    timeline: timelineOf(events),
  };
}

/** A piece of a run's log (the command `jobs.log`); throws `jobs.not-found`. */
async function logOfRun(
  { db, home }: { readonly db: Database; readonly home: string },
  { run, from, maxBytes }: CommandInput<'jobs.log'>,
): Promise<CommandOutput<'jobs.log'>> {
  // Only names that the journal knows ever become paths.
  const row = db.first(NetworkRow, 'SELECT network FROM runs WHERE run = ?', run);
  if (row === null) throw new OffpeakError('jobs.not-found');
  return readLog(jobFolder(home, row.network, run).log, from, maxBytes);
}

/** All receipts as comma-separated values, oldest first (the command `jobs.csv`). */
function csvOfRuns(db: Database): CommandOutput<'jobs.csv'> {
  const rows = db.all(
    ClosedRow,
    `SELECT runs.*, journal.event FROM runs JOIN journal ON journal.run = runs.run
     WHERE runs.stage = 'closed' AND json_extract(journal.event, '$.step.type') = 'closed'
     ORDER BY runs.started_at, runs.run`,
  );
  const receipts = rows.flatMap((row) => {
    const { step } = RunEvent.parse(JSON.parse(row.event));
    const receipt = step.type === 'closed' ? step.receipt : null;
    return receipt === null ? [] : [{ job: summaryOfRow(row), receipt }];
  });
  return { fileName: 'offpeak-receipts.csv', text: csvOf(receipts) };
}

function summaryOfRow(row: z.infer<typeof Row>): JobSummary {
  return {
    id: row.job,
    run: row.run,
    network: row.network,
    practice: row.practice === 1,
    title: row.title,
    image: row.image,
    state: row.stage,
    outcome: row.outcome,
    status: row.status,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    grossBaseUnits: row.gross,
    transaction: row.transaction,
  };
}

function where(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
}

/** The place a page ended at; a made-up one gives the first page. */
function readPlace(before: string): { startedAt: number; run: string } | null {
  const [, startedAt, run] = /^(\d+):(.+)$/.exec(before) ?? [];
  return startedAt === undefined || run === undefined
    ? null
    : { startedAt: Number(startedAt), run };
}
