import { z } from 'zod';
import { OffpeakError } from '../contract/errors.ts';
import type { Database } from '../storage/database.ts';
import { advance } from './advance.ts';
import type { Run } from './run.ts';
import { RunEvent } from './run-event.ts';

/** A run and all its steps, oldest first. */
export interface Replayed {
  readonly run: Run;
  readonly events: readonly RunEvent[];
}

const EventRow = z.object({ event: z.string() });
const RunRow = z.object({ run: z.string() });

/** The truth about runs: every step in order, on disk before its effect. */
export class Journal {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Writes a step and the list's row in one transaction and returns the run after it. Throws
   * `jobs.illegal-step` (nothing is written) or `storage.disk-full`.
   */
  append(run: Run | null, event: RunEvent): Run {
    const next = advance(run, event);
    this.#db.transaction(() => {
      const { run: id } = next.offer;
      this.#db.run(
        'INSERT INTO journal (run, at, event) VALUES (?, ?, ?)',
        id,
        event.at,
        JSON.stringify(event),
      );
      writeRow(this.#db, next);
    });
    return next;
  }

  /** True when this run has ever been offered here. */
  knows(run: string): boolean {
    return this.#db.first(RunRow, 'SELECT run FROM runs WHERE run = ?', run) !== null;
  }

  /** The run by its steps, or null where there is none. Throws `jobs.journal-damaged`. */
  replay(run: string): Replayed | null {
    const rows = this.#db.all(
      EventRow,
      'SELECT event FROM journal WHERE run = ? ORDER BY seq',
      run,
    );
    const events = rows.map(({ event }) => readEvent(run, event));
    const replayed = events.reduce<Run | null>((before, event) => advance(before, event), null);
    return replayed === null ? null : { run: replayed, events };
  }

  /**
   * Addresses of runs of one identity that have not reached their receipt, oldest first. Records
   * from before there were several name none: they are of whoever asks first.
   */
  unclosed(network: string, host: string): string[] {
    this.#db.run("UPDATE runs SET host = ? WHERE network = ? AND host = ''", host, network);
    const rows = this.#db.all(
      RunRow,
      `SELECT run FROM runs WHERE network = ? AND host = ? AND stage <> 'closed'
       ORDER BY started_at, run`,
      network,
      host,
    );
    return rows.map(({ run }) => run);
  }
}

function readEvent(run: string, text: string): RunEvent {
  try {
    return RunEvent.parse(JSON.parse(text));
  } catch (cause) {
    const message = `The records of the run ${run} cannot be read.`;
    throw new OffpeakError('jobs.journal-damaged', { message, cause });
  }
}

function writeRow(db: Database, run: Run): void {
  const closed = run.stage === 'closed' ? run : null;
  const leaving = run.stage === 'settling' || run.stage === 'closed' ? run : null;
  db.run(
    `INSERT INTO runs (run, job, network, host, practice, title, image, stage, outcome, status,
       started_at, ended_at, gross, "transaction")
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (run) DO UPDATE SET title = excluded.title, image = excluded.image,
       stage = excluded.stage, outcome = excluded.outcome, status = excluded.status,
       ended_at = excluded.ended_at, gross = excluded.gross,
       "transaction" = excluded."transaction"`,
    run.offer.run,
    run.offer.job,
    run.network,
    run.host,
    run.practice ? 1 : 0,
    run.title,
    run.image,
    run.stage,
    closed?.outcome ?? null,
    'result' in run ? (run.result?.status ?? null) : null,
    run.offer.assignedAt,
    closed?.endedAt ?? null,
    closed?.receipt?.grossBaseUnits ?? null,
    // Only a settlement that the chain has confirmed is worth a link.
    leaving?.settled ? (leaving.transaction?.signature ?? null) : null,
  );
}
