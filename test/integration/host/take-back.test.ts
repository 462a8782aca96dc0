import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { HostClient } from '../../../app/contract/client.ts';
import { localChainPackage } from '../../../app/platform/platform.ts';
import { engineProblem } from '../../e2e/support/engine-problem.ts';
import { type RealHost, startRealHost, untilJob } from '../../fakes/host/real-host.ts';
import { viewOf } from '../../fakes/host/view.ts';

const problem =
  (await engineProblem()) ??
  (localChainPackage().packageName === null ? 'there is no practice chain' : null);

let host: RealHost | undefined;
let client: HostClient | undefined;
afterEach(async () => {
  client?.close();
  await host?.stop();
});

describe.skipIf(problem !== null)(
  `taking the card back${problem ? `: skipped, ${problem}` : ''}`,
  () => {
    it('ends a running job, keeps its pay so far, and stays so over a crash until it is lent', async () => {
      const home = mkdtempSync(join(tmpdir(), 'offpeak-take-back-'));
      host = await startRealHost(home);
      client = await viewOf(home);
      const { id } = await untilJob(home, ({ state }) => state === 'running');
      await client.call('host.takeBack', {});
      const job = await untilJob(home, (one) => one.id === id && one.outcome !== null);
      expect(job.outcome).toBe('handed-back');
      expect(Number(job.grossBaseUnits)).toBeGreaterThan(0);
      await expect.poll(() => client?.state?.host.phase, { timeout: 20_000 }).toBe('yielded');
      expect(client.state?.queue).toBeNull();

      await host.kill();
      // Of the jobs of practice, every tenth is a short one.
      writeFileSync(join(home, 'practice', 'posted'), '10');
      host = await startRealHost(home);
      client = await viewOf(home);
      await expect.poll(() => client?.state?.network.connected, { timeout: 30_000 }).toBe(true);
      expect(client.state?.host.phase).toBe('paused');
      expect(client.state?.queue).toBeNull();
      await client.call('host.lend', {});
      const next = await untilJob(home, (one) => one.id !== id && one.outcome !== null, 180_000);
      expect(next.outcome).toBe('paid');
    }, 300_000);
  },
);
