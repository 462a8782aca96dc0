import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRpc } from '../../../app/adapters/solana/rpc.ts';
import { readTokenAccount, tokenAddress } from '../../../app/adapters/solana/token.ts';
import { decodeJob, JOB_STATE } from '../../../app/network/nosana/accounts.ts';
import { NOSANA_PROGRAMS } from '../../../app/network/nosana/programs.ts';
import { openKeys } from '../../../app/network/practice/keys.ts';
import { localChainPackage } from '../../../app/platform/platform.ts';
import { engineProblem } from '../../e2e/support/engine-problem.ts';
import {
  listJobs,
  practiceAddress,
  type RealHost,
  startRealHost,
  untilJob,
} from '../../fakes/host/real-host.ts';

/*
 * The host is killed as a power cut would kill it, at steps on the way of a real job, and started
 * again. What counts is the chain: the pay that arrived is the pay of every job, once.
 */

const problem =
  (await engineProblem()) ??
  (localChainPackage().packageName === null ? 'there is no practice chain here' : null);

/** Steps of the journal at which the host is killed, in the order a job takes them. */
const steps = [
  'offered',
  'accepted',
  'operation-starting',
  'operation-started',
  'operation-ended',
  'result-built',
  'result-stored',
  'settlement-signed',
];

function stepsOf(home: string, run: string): string[] {
  const db = new DatabaseSync(join(home, 'offpeak.db'), { readOnly: true, timeout: 1000 });
  const rows = db.prepare('SELECT event FROM journal WHERE run = ? ORDER BY seq').all(run);
  db.close();
  return rows.map((row) => {
    const { step } = JSON.parse(String(row.event)) as { step: { type: string } };
    return step.type;
  });
}

// The run in hand, as the database has it: quicker than asking the host.
function openRun(home: string): string | null {
  const db = new DatabaseSync(join(home, 'offpeak.db'), { readOnly: true, timeout: 1000 });
  const row = db.prepare('SELECT run FROM runs WHERE outcome IS NULL').get();
  db.close();
  return row ? String(row.run) : null;
}

async function untilStep(home: string, step: string): Promise<string> {
  const deadline = Date.now() + 150_000;
  while (Date.now() < deadline) {
    await sleep(4);
    const run = openRun(home);
    if (run !== null && stepsOf(home, run).includes(step)) return run;
  }
  throw new Error(`no job reached "${step}" in time`);
}

describe.skipIf(problem !== null)(
  `killing the host${problem ? `: skipped, ${problem}` : ''}`,
  () => {
    const home = mkdtempSync(join(tmpdir(), 'offpeak-crash-'));
    const env = { OFFPEAK_HOME: home };
    let host: RealHost;
    beforeAll(async () => {
      host = await startRealHost(home, env);
    });
    afterAll(async () => {
      await host.stop();
    });

    it.each(steps)(
      'at "%s" loses nothing: the job is settled, once',
      async (step) => {
        const run = await untilStep(home, step);
        await host.kill();
        host = await startRealHost(home, env);
        await untilJob(home, (job) => job.outcome !== null && openRun(home) !== run);
        const types = stepsOf(home, run);
        expect(types.filter((type) => type === 'closed')).toHaveLength(1);
        expect(types.filter((type) => type === 'operation-started').length).toBeLessThanOrEqual(1);
      },
      200_000,
    );

    it('leaves the chain and the books equal, to the base unit', async () => {
      await untilNoRun(home);
      const rpc = createRpc(practiceAddress(home)?.rpcUrl ?? '');
      const { host: signer } = openKeys(join(home, 'practice', 'keys.json'));
      const account = await rpc.getAccount(tokenAddress(signer.address, NOSANA_PROGRAMS.nosMint));
      const jobs = await listJobs(home);
      const paid = jobs.filter(({ outcome }) => outcome === 'paid');
      expect(paid.length).toBeGreaterThanOrEqual(steps.length);
      const gross = paid.reduce((sum, job) => sum + BigInt(job.grossBaseUnits ?? 0), 0n);
      expect(account && readTokenAccount(account)?.amount).toBe(gross);
      for (const job of paid) {
        const onChain = await rpc.getAccount(job.id);
        expect(onChain && decodeJob(onChain.data).state).toBe(JOB_STATE.done);
      }
    }, 200_000);
  },
);

async function untilNoRun(home: string): Promise<void> {
  const deadline = Date.now() + 150_000;
  while (Date.now() < deadline) {
    await sleep(20);
    if (openRun(home) === null) return;
  }
  throw new Error('the run did not close in time');
}
