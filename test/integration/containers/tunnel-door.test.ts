import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContainersRoom } from '../../../app/containers/room.ts';
import type { FrpStandIn } from '../../../app/network/stand-ins/frp.ts';
import { insist } from '../guard/guard-kit.ts';
import { newId, openRoom, whyNoEngine } from './engine-kit.ts';
import { CLIENT_IMAGE, openTunnelServer, Reports, visit } from './tunnel-kit.ts';

const reason = await whyNoEngine();

describe.skipIf(reason !== null)(
  `the door of this host through the tunnel${reason === null ? '' : ` (${reason})`}`,
  () => {
    const hostId = newId('host');
    const address = 'HostAddress111';
    let server: FrpStandIn;
    let room: ContainersRoom;
    let door: Server;
    let port = 0;

    beforeAll(async () => {
      const opened = await openTunnelServer();
      server = opened.server;
      room = openRoom({ hostId, tunnel: () => opened.settings, bundled: () => [CLIENT_IMAGE] });
      door = createServer((_, answer) => answer.end(JSON.stringify(address)));
      await new Promise<void>((done) => door.listen(0, '127.0.0.1', done));
      const bound = door.address();
      port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    });
    afterAll(async () => {
      await room.sweep([]);
      await room.close();
      door.close();
      await server.close();
    });

    const ours = () => insist('ps', '-aq', '--filter', `label=io.offpeak.host=${hostId}`);

    it('answers under the address of the host, although no container reaches this computer', async () => {
      const away = new AbortController();
      const reports = new Reports();
      const place = { host: '127.0.0.1', port };
      const over = room.tunnels.keepDoor(address, place, reports.report, away.signal);
      const seen = () => visit(server, address).catch(String);
      await expect.poll(seen, { timeout: 40_000 }).toBe(`200 "${address}"`);
      expect(reports.last).toBe('up');
      // A sweep while it is open leaves it alone.
      await room.sweep([]);
      expect(await visit(server, address)).toBe(`200 "${address}"`);
      away.abort();
      await over;
      await room.tunnels.endDoor(address);
      expect(await ours()).toBe('');
    });

    it('is swept where a crash left it', async () => {
      const away = new AbortController();
      const place = { host: '127.0.0.1', port };
      const over = room.tunnels.keepDoor(address, place, () => undefined, away.signal);
      await expect
        .poll(() => visit(server, address).catch(String), { timeout: 40_000 })
        .toMatch(/^200/);
      away.abort();
      await over;
      const next = openRoom({ hostId });
      await next.sweep([]);
      expect(await ours()).toBe('');
    });
  },
);
