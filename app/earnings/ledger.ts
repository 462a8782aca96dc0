import { z } from 'zod';
import type { HostState } from '../contract/state.ts';
import type { Database } from '../storage/database.ts';

const Sum = z.object({ gross: z.string(), jobs: z.number() });

/**
 * What a network paid since a moment: SQLite adds 64-bit integers exactly, and the sum leaves as
 * text so that no float touches it.
 */
function paidSince(db: Database, network: string, since: number): z.infer<typeof Sum> {
  const row = db.first(
    Sum,
    `SELECT CAST(COALESCE(SUM(CAST(gross AS INTEGER)), 0) AS TEXT) AS gross, COUNT(*) AS jobs
       FROM runs WHERE network = ? AND ended_at >= ? AND gross IS NOT NULL`,
    network,
    since,
  );
  return row ?? { gross: '0', jobs: 0 };
}

/** The earnings slice for one network, by the owner's local day, week (from Monday) and month. */
export function earningsOf(
  db: Database,
  network: string,
  options: { now: number; revision: number },
): HostState['earnings'] {
  const day = startOfDay(options.now);
  const today = paidSince(db, network, day.getTime());
  const total = paidSince(db, network, 0);
  return {
    todayGross: today.gross,
    weekGross: paidSince(db, network, startOfWeek(day).getTime()).gross,
    monthGross: paidSince(db, network, startOfMonth(day).getTime()).gross,
    totalGross: total.gross,
    jobsToday: today.jobs,
    jobsTotal: total.jobs,
    revision: options.revision,
  };
}

/** The networks that ever paid or offered a job, practice marked as such. */
export function networksWithRuns(db: Database): { network: string; practice: boolean }[] {
  const row = z.object({ network: z.string(), practice: z.number() });
  return db
    .all(row, 'SELECT network, MAX(practice) AS practice FROM runs GROUP BY network')
    .map(({ network, practice }) => ({ network, practice: practice === 1 }));
}

function startOfDay(now: number): Date {
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  return day;
}

function startOfWeek(day: Date): Date {
  const monday = new Date(day);
  monday.setDate(day.getDate() - ((day.getDay() + 6) % 7));
  return monday;
}

function startOfMonth(day: Date): Date {
  return new Date(day.getFullYear(), day.getMonth(), 1);
}
