import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { HostClient } from '../../../app/contract/client.ts';
import type { ViewMessage } from '../../../app/contract/view-message.ts';
import type { HostMessage } from '../../../app/contract/wire.ts';
import { localChainPackage } from '../../../app/platform/platform.ts';
import { webSocketWire } from '../../../app/serve/web-socket-wire.ts';
import { engineProblem } from '../../e2e/support/engine-problem.ts';
import { type RealHost, startRealHost, untilJob } from '../../fakes/host/real-host.ts';

const problem =
  (await engineProblem()) ??
  (localChainPackage().packageName === null ? 'there is no practice chain' : null);

let host: RealHost | undefined;
let client: HostClient | undefined;
afterEach(async () => {
  client?.close();
  await host?.stop();
});

async function view(of: RealHost): Promise<HostClient> {
  const { origin, hash } = new URL(of.url);
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/wire`, {
    headers: { authorization: `Bearer ${hash.replace('#token=', '')}` },
  });
  // Listening from the first moment: the host greets as soon as the socket is open.
  const connected = new HostClient(webSocketWire<ViewMessage, HostMessage>(socket));
  await expect.poll(() => connected.state, { timeout: 20_000 }).not.toBeNull();
  return connected;
}

describe.skipIf(problem !== null)(
  `taking the card back${problem ? `: skipped, ${problem}` : ''}`,
  () => {
    it('ends a running job, keeps its pay so far, and stays so over a crash until it is lent', async () => {
      const home = mkdtempSync(join(tmpdir(), 'offpeak-take-back-'));
      host = await startRealHost(home);
      client = await view(host);
      const { id } = await untilJob(home, ({ state }) => state === 'running');
      await client.call('host.takeBack', {});
      const job = await untilJob(home, (one) => one.id === id && one.outcome !== null);
      expect(job.outcome).toBe('handed-back');
      expect(Number(job.grossBaseUnits)).toBeGreaterThan(0);
      await expect.poll(() => client?.state?.host.phase, { timeout: 20_000 }).toBe('yielded');
      expect(client.state?.queue).toBeNull();

      await host.kill();
      host = await startRealHost(home);
      client = await view(host);
      await expect.poll(() => client?.state?.network.connected, { timeout: 30_000 }).toBe(true);
      expect(client.state?.host.phase).toBe('paused');
      expect(client.state?.queue).toBeNull();
      await client.call('host.lend', {});
      const next = await untilJob(home, (one) => one.id !== id && one.outcome !== null, 180_000);
      expect(next.outcome).toBe('paid');
    }, 300_000);
  },
);
