import { existsSync } from 'node:fs';
import { earningsOf, networksWithRuns } from '../../app/earnings/ledger.ts';
import { openDatabase } from '../../app/storage/database.ts';
import { nosText } from './nos-text.ts';
import { type CliContext, type CliResult, paths } from './context.ts';

/** `offpeak earnings`: gross per network, in JSON in NOS base units; practice says so. */
export async function earnings(context: CliContext): Promise<CliResult> {
  const { db: file } = paths(context.env);
  if (!existsSync(file)) return await Promise.resolve(show([]));
  const db = openDatabase(file, { readOnly: true });
  try {
    return show(
      networksWithRuns(db).map(({ network, practice }) => ({
        network,
        practice,
        ...earningsOf(db, network, { now: Date.now(), revision: 0 }),
      })),
    );
  } finally {
    db.close();
  }
}

interface NetworkEarnings extends Omit<ReturnType<typeof earningsOf>, 'revision'> {
  readonly network: string;
  readonly practice: boolean;
}

function show(rows: readonly NetworkEarnings[]): CliResult {
  const networks = rows.map((row) => ({
    network: row.network,
    practice: row.practice,
    todayGross: row.todayGross,
    weekGross: row.weekGross,
    monthGross: row.monthGross,
    totalGross: row.totalGross,
    jobsToday: row.jobsToday,
    jobsTotal: row.jobsTotal,
  }));
  const lines = networks.map((row) => {
    const mark = row.practice ? ' (practice, worthless)' : '';
    const jobs = row.jobsTotal === 1 ? '1 job' : `${row.jobsTotal} jobs`;
    return `${row.network}${mark}: today ${nosText(row.todayGross)}, all time ${nosText(row.totalGross)} in ${jobs}\n`;
  });
  return { exitCode: 0, json: { networks }, text: lines.join('') || 'Nothing earned yet.\n' };
}
