import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { databaseFile, openDatabase } from '../../../app/storage/database.ts';
import { earnings } from '../../../main/commands/earnings.ts';
import { nosText } from '../../../main/commands/nos-text.ts';

const INSERT = `INSERT INTO runs (run, job, network, practice, title, stage, outcome, started_at, ended_at, gross)
  VALUES (?, 'job', 'practice', 1, 'A story', 'closed', 'paid', 0, 1, ?)`;

describe('offpeak earnings', () => {
  let home: string;
  beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'offpeak-earned-'))));
  afterEach(() => rmSync(home, { recursive: true }));

  async function after(...gross: string[]): Promise<string> {
    const db = openDatabase(databaseFile(home));
    gross.forEach((amount, index) => db.run(INSERT, `run-${index}`, amount));
    db.close();
    return (await earnings({ values: {}, positionals: [], env: { OFFPEAK_HOME: home } })).text;
  }

  it('says NOS with all six decimals, and that practice is worth nothing', async () => {
    expect(await after('1650')).toBe(
      'practice (practice, worthless): today 0.000000 NOS, all time 0.001650 NOS in 1 job\n',
    );
  });

  it('adds up several jobs', async () => {
    expect(await after('1650', '12000000')).toContain('all time 12.001650 NOS in 2 jobs');
  });

  it('says so where there are none', async () => {
    expect(await after()).toBe('Nothing earned yet.\n');
  });

  it.each([
    ['0', '0.000000 NOS'],
    ['1', '0.000001 NOS'],
    ['1000000', '1.000000 NOS'],
    ['123456789012345678', '123456789012.345678 NOS'],
  ])('%s base units are %s', (baseUnits, text) => {
    expect(nosText(baseUnits)).toBe(text);
  });
});
