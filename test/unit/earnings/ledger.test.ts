import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { earningsOf, networksWithRuns } from '../../../app/earnings/ledger.ts';
import { type Database, openDatabase } from '../../../app/storage/database.ts';

// A Wednesday at noon, local time.
const now = new Date(2026, 10, 18, 12).getTime();
const HOUR = 3_600_000;

function aDatabase(): Database {
  return openDatabase(join(mkdtempSync(join(tmpdir(), 'offpeak-earn-')), 'offpeak.db'));
}

let count = 0;
function aRun(
  db: Database,
  run: { endedAt: number; gross: string | null; network?: string },
): void {
  const network = run.network ?? 'practice';
  db.run(
    `INSERT INTO runs (run, job, network, practice, title, stage, outcome, started_at, ended_at, gross)
     VALUES (?, 'job', ?, ?, 'A story', 'closed', 'paid', ?, ?, ?)`,
    `run-${count++}`,
    network,
    network === 'practice' ? 1 : 0,
    run.endedAt - 1000,
    run.endedAt,
    run.gross,
  );
}

describe('earnings', () => {
  it('add up by local day, week from Monday, and month', () => {
    const db = aDatabase();
    aRun(db, { endedAt: now - HOUR, gross: '1000' });
    aRun(db, { endedAt: now - 24 * HOUR, gross: '200' });
    aRun(db, { endedAt: now - 4 * 24 * HOUR, gross: '30' });
    aRun(db, { endedAt: now - 40 * 24 * HOUR, gross: '4' });
    expect(earningsOf(db, 'practice', { now, revision: 7 })).toEqual({
      todayGross: '1000',
      weekGross: '1200',
      monthGross: '1230',
      totalGross: '1234',
      jobsToday: 1,
      jobsTotal: 4,
      revision: 7,
    });
  });

  it('are exact beyond what a float can hold', () => {
    const db = aDatabase();
    aRun(db, { endedAt: now, gross: '9007199254740993' });
    aRun(db, { endedAt: now, gross: '9007199254740993' });
    expect(earningsOf(db, 'practice', { now, revision: 0 }).totalGross).toBe('18014398509481986');
  });

  it('of practice and of the real network never mix, and unpaid runs count for nothing', () => {
    const db = aDatabase();
    aRun(db, { endedAt: now, gross: '5' });
    aRun(db, { endedAt: now, gross: '70', network: 'mainnet' });
    aRun(db, { endedAt: now, gross: null, network: 'mainnet' });
    expect(earningsOf(db, 'mainnet', { now, revision: 0 })).toMatchObject({
      totalGross: '70',
      jobsTotal: 1,
    });
    expect(networksWithRuns(db)).toEqual([
      { network: 'mainnet', practice: false },
      { network: 'practice', practice: true },
    ]);
  });
});
