import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContainersRoom } from '../../../app/containers/room.ts';
import type { FrpStandIn } from '../../../app/network/stand-ins/frp.ts';
import { job, operation } from '../../fakes/jobs/definitions.ts';
import { importBusybox, newId, openRoom, whyNoEngine } from '../containers/engine-kit.ts';
import { CLIENT_IMAGE, openTunnelServer, visit } from '../containers/tunnel-kit.ts';
import { busybox, JobsOnEngine, until } from './jobs-kit.ts';

const reason = await whyNoEngine();

const check = { type: 'http', path: '/', method: 'GET', expected_status: 200, continuous: true };

describe.skipIf(reason !== null)(
  `a job that exposes ports, through the tunnel${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    let server: FrpStandIn;
    let engine: ContainersRoom;
    let host: JobsOnEngine;

    beforeAll(async () => {
      await importBusybox();
      const opened = await openTunnelServer();
      server = opened.server;
      const bundled = () => [CLIENT_IMAGE];
      engine = openRoom({ hostId: newId('host'), tunnel: () => opened.settings, bundled });
      host = new JobsOnEngine(engine);
    });
    afterAll(async () => {
      await host.end();
      await engine.sweep([]);
      await engine.close();
      await server.close();
    });

    it('is reached from outside, told to its owner, and goes on over a restart of the host', async () => {
      const serve = (port: number): string =>
        `mkdir -p /tmp/${port}; echo ${port} > /tmp/${port}/index.html; httpd -p ${port} -h /tmp/${port}`;
      const cmd = `${serve(8080)}; ${serve(8081)}; while true; do sleep 1; done`;
      const expose = [{ port: 8080, health_checks: [check] }, 8081];
      const offer = host.network.assign(
        job([
          operation('serve', { ...busybox, cmd, expose }, { group: 'all' }),
          operation(
            'ask',
            { ...busybox, cmd: 'echo at %%ops.serve.endpoint.8080%% of %%global.frps_address%%' },
            { group: 'all', depends_on: ['serve'] },
          ),
        ]),
      );
      host.room.take(offer);
      await until(() => host.room.door.endpointsOf(offer.job).status === 'ONLINE');
      const { urls } = host.room.door.endpointsOf(offer.job);
      const names = new Map(Object.entries(urls).map(([name, { port }]) => [port, name]));
      const seen = (port: number) => visit(server, names.get(port) ?? '').catch(String);
      await expect.poll(() => seen(8080), { timeout: 40_000 }).toBe('200 8080');
      expect(await seen(8081)).toBe('200 8081');
      const [name] = [names.get(8080) ?? ''];
      expect(urls[name]?.url).toBe(`http://${name}.localhost:${server.publicPort}`);
      await until(() => host.room.current()?.operations[1]?.state === 'ended');
      expect(await host.printed(offer.run, 'ask')).toEqual([
        `at ${name}.localhost:${server.publicPort} of localhost`,
      ]);

      await host.comeBack(500);
      await expect.poll(() => seen(8080), { timeout: 60_000 }).toBe('200 8080');

      host.room.handBack('The test is over.');
      await host.untilClosed(offer.run);
      await expect.poll(() => server.names(), { timeout: 20_000 }).toEqual([]);
      expect(await seen(8080)).toMatch(/^404 /);
    });
  },
);
