import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commands } from '../../../app/contract/commands.ts';
import type { Receipt } from '../../../app/contract/job.ts';
import { csvOf, type PaidRun } from '../../../app/jobs/csv.ts';

import { job, oneOperation, operation } from '../../fakes/jobs/definitions.ts';
import { stopTime, until } from '../../fakes/jobs/time.ts';
import { World } from '../../fakes/jobs/world.ts';

let world: World;

beforeEach(() => {
  stopTime();
  world = new World();
});
afterEach(async () => {
  await world.end();
  vi.useRealTimers();
});

/** Brings one job after the other to its end; returns their runs, oldest first. */
async function finished(...definitions: object[]): Promise<string[]> {
  const runs: string[] = [];
  for (const definition of definitions) {
    const offer = world.network.assign(definition);
    world.room.take(offer);
    await until(() => world.closed.length > runs.length);
    runs.push(offer.run);
  }
  return runs;
}

describe('the list of jobs', () => {
  it('is newest first, in pages without gap or repeat', async () => {
    const runs = await finished(...Array.from({ length: 5 }, () => oneOperation()));
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page = world.history.list({ limit: 2, ...(before === undefined ? {} : { before }) });
      expect(commands['jobs.list'].output.parse(page)).toEqual(page);
      expect(page.total).toBe(5);
      seen.push(...page.jobs.map(({ run }) => run));
      before = page.next ?? undefined;
    } while (before !== undefined);
    // The chain counts in seconds: runs of one second stand in the order of their addresses.
    expect(seen.toSorted()).toEqual(runs.toSorted());
    const times = world.history.list({ limit: 5 }).jobs.map(({ startedAt }) => startedAt);
    expect(times).toEqual(times.toSorted((one, other) => other - one));
  });

  it('can be narrowed to an outcome, to what is open, and to words', async () => {
    world.engine.scripts.set('open', { runMs: 'until-stopped' });
    await finished(oneOperation(), oneOperation({ cmd: '%%global.variables.MISSING%%' }));
    world.room.take(world.network.assign(job([operation('open', { image: '100%_real:1' })])));
    await until(() => world.engine.running().length > 0);
    const count = (input: object): number =>
      world.history.list({ limit: 10, ...input }).jobs.length;
    expect(count({})).toBe(3);
    expect(count({ outcome: 'paid' })).toBe(1);
    expect(count({ outcome: 'refused' })).toBe(1);
    expect(count({ outcome: 'open' })).toBe(1);
    expect(count({ outcome: 'lost' })).toBe(0);
    expect(count({ search: '100%_REAL' })).toBe(1);
    expect(count({ search: '%' })).toBe(1);
    expect(count({ search: 'images/train' })).toBe(1);
    expect(count({ search: "' OR 1=1 --" })).toBe(0);
    expect(count({ outcome: 'paid', search: 'train' })).toBe(1);
  });

  it('starts over at a place that does not exist', async () => {
    await finished(oneOperation());
    expect(world.history.list({ limit: 10, before: 'nonsense' }).jobs).toHaveLength(1);
  });
});

describe('one job', () => {
  it('is told with everything kept about it', async () => {
    const definition = oneOperation({ gpu: true });
    const [run = ''] = await finished(definition);
    const detail = world.history.get(run);
    expect(commands['jobs.get'].output.parse(detail)).toEqual(detail);
    expect(detail.definition).toBe(JSON.stringify(definition));
    expect(detail.receipt).not.toBeNull();
    expect(detail.passport?.gpu).toBe(true);
    expect(world.history.list({ limit: 1 }).jobs[0]).toMatchObject({
      run,
      outcome: detail.outcome,
      status: detail.status,
      grossBaseUnits: detail.grossBaseUnits,
      transaction: detail.transaction,
      title: detail.title,
      endedAt: detail.endedAt,
    });
    for (const { detail: words } of detail.timeline) expect(words).toMatch(/^["A-Z].*[.!?]$/);
  });

  it('is not made up where there is none', async () => {
    expect(() => world.history.get('unknown')).toThrow(
      expect.objectContaining({ code: 'jobs.not-found' }),
    );
    await expect(world.history.log({ run: '../../etc', from: 0, maxBytes: 10 })).rejects.toThrow(
      expect.objectContaining({ code: 'jobs.not-found' }),
    );
  });
});

describe('receipts as a table', () => {
  it('hold every paid run, practice marked, money exact', async () => {
    const [paid = ''] = await finished(
      oneOperation(),
      oneOperation({ cmd: '%%global.variables.MISSING%%' }),
    );
    const { fileName, text } = world.history.csv();
    expect(fileName).toMatch(/\.csv$/);
    const [header = '', row = '', ...others] = text.split('\r\n');
    expect(others).toEqual(['']);
    const cells = Object.fromEntries(
      header.split(',').map((name, index) => [name, row.split(',')[index]]),
    );
    const { receipt } = world.history.get(paid);
    expect(cells).toMatchObject({
      practice: 'yes',
      network: 'practice',
      run: paid,
      outcome: 'paid',
      price_nos_per_second: '0.000048',
      power_watt_hours: '',
      transaction: receipt?.transaction,
    });
    const gross = (cells['gross_nos'] ?? '').replace('.', '').replace(/^0+(?=\d)/, '');
    expect(gross).toBe(receipt?.grossBaseUnits);
  });

  const receipt: Receipt = {
    network: 'mainnet',
    practice: false,
    transaction: 'tx',
    settledAt: 0,
    paidSeconds: 1,
    pricePerSecond: '1234567',
    grossBaseUnits: '12345678901234567890',
    refundBaseUnits: '0',
    resultCid: null,
    powerWattHours: 12.5,
  };

  function rowOf(title: string): string {
    const run: PaidRun = {
      job: {
        id: 'job',
        run: 'run',
        network: 'mainnet',
        practice: false,
        title,
        image: null,
        state: 'closed',
        outcome: 'paid',
        status: 'success',
        startedAt: 0,
        endedAt: 0,
        grossBaseUnits: '1',
        transaction: 'tx',
      },
      receipt,
    };
    return csvOf([run]).split('\r\n').slice(1).join('\r\n');
  }

  it('count money beyond what a float can hold', () => {
    expect(rowOf('x')).toContain(',1.234567,12345678901234.567890,0.000000,12.5,');
  });

  it.each([
    ['=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
    ['+1', `'+1`],
    ['-1', `'-1`],
    ['@x', `'@x`],
    ['a,b', '"a,b"'],
    ['a"b', '"a""b"'],
    ['a\nb', '"a\nb"'],
    ['plain', 'plain'],
  ])('never run a stranger’s words as a formula: %j', (title, cell) => {
    expect(rowOf(title)).toContain(`,${cell},`);
  });
});
