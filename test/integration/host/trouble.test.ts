import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { localChainPackage } from '../../../app/platform/platform.ts';
import { engineProblem } from '../../e2e/support/engine-problem.ts';
import { offpeak, type RealHost, startRealHost, untilJob } from '../../fakes/host/real-host.ts';

/*
 * What goes wrong around a real host, and what its owner is told. Engines that restart, networks
 * that drop, full disks and clocks: test/integration/recovery.
 */

const noEngine = await engineProblem();
const noChain = localChainPackage().packageName === null ? 'there is no practice chain' : null;
const problem = noEngine ?? noChain;
const home = () => mkdtempSync(join(tmpdir(), 'offpeak-trouble-'));

let host: RealHost | undefined;
afterEach(async () => {
  await host?.stop();
  host = undefined;
});

async function status(at: string): Promise<{
  phase: string;
  host: { reason: { code: string; next: string | null } };
  doctor: { checks: { name: string; ok: boolean; message: string; remedy: string | null }[] };
}> {
  return JSON.parse((await offpeak(['status', '--json'], { OFFPEAK_HOME: at })).stdout) as never;
}

async function untilStatus(
  at: string,
  wanted: (now: Awaited<ReturnType<typeof status>>) => boolean,
): Promise<Awaited<ReturnType<typeof status>>> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    const now = await status(at);
    if (wanted(now)) return now;
  }
  throw new Error(`not in time; last: ${JSON.stringify(await status(at))}`);
}

/** The container of a job, once it is there. */
async function containerOf(job: string): Promise<string> {
  const filter = `label=io.offpeak.job=${job}`;
  for (let tries = 0; tries < 100; tries++) {
    const ids = execFileSync('docker', ['ps', '--no-trunc', '-q', '--filter', filter]).toString();
    if (ids.trim() !== '') return ids.trim();
    await sleep(100);
  }
  throw new Error('the container did not appear');
}

function journalOf(at: string): string {
  const db = new DatabaseSync(join(at, 'offpeak.db'), { readOnly: true });
  const rows = db.prepare('SELECT event FROM journal ORDER BY seq').all();
  db.close();
  return rows.map((row) => String(row.event)).join('\n');
}

describe.skipIf(noChain !== null)(
  `without an engine${noChain ? `: skipped, ${noChain}` : ''}`,
  () => {
    it('Offpeak starts all the same and says what to do', async () => {
      const at = home();
      host = await startRealHost(at, { DOCKER_HOST: `tcp://127.0.0.1:1`, PATH: '/nowhere' });
      const now = await untilStatus(at, ({ doctor }) => doctor.checks.length > 0);
      const engine = now.doctor.checks.find(({ name }) => name === 'engine');
      expect(engine).toMatchObject({
        ok: false,
        message: expect.stringContaining('Jobs run in containers') as string,
      });
      expect(now.phase).toBe('needs-you');
      expect(now.host.reason.next).toBe(engine?.remedy);
      expect(now.doctor.checks.find(({ name }) => name === 'card')).toMatchObject({ ok: false });
    });
  },
);

describe.skipIf(problem !== null)(
  `trouble with a job${problem ? `: skipped, ${problem}` : ''}`,
  () => {
    it('a container that is killed is told as such, and its seconds are paid', async () => {
      const at = home();
      host = await startRealHost(at);
      const { id } = await untilJob(at, ({ state }) => state === 'running');
      // The chain pays whole seconds.
      await untilJob(at, ({ startedAt }) => Date.now() > startedAt + 2000);
      execFileSync('docker', ['kill', '--signal=KILL', await containerOf(id)]);
      const job = await untilJob(at, ({ outcome }) => outcome !== null);
      expect(job.outcome).toBe('paid');
      expect(Number(job.grossBaseUnits)).toBeGreaterThan(0);
      expect(journalOf(at)).toContain('"exitCode":137');
    }, 180_000);
  },
);

describe('a second Offpeak in the same folder', () => {
  it.skipIf(noChain !== null)('is refused with the remedy, and the first one goes on', async () => {
    const at = home();
    host = await startRealHost(at);
    await expect(startRealHost(at)).rejects.toThrow(/OFFPEAK_HOME/);
    expect((await status(at)).phase).not.toBe('off');
  });
});
