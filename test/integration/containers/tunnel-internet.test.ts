import { connect, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContainersRoom } from '../../../app/containers/room.ts';
import type { FrpStandIn } from '../../../app/network/stand-ins/frp.ts';
import { insist, Things } from '../guard/guard-kit.ts';
import { importBusybox, newId, openRoom, patient, shell, whyNoEngine } from './engine-kit.ts';
import { CLIENT_IMAGE, nameOf, openTunnelServer, Reports, tunnelOf, visit } from './tunnel-kit.ts';

const reason = await whyNoEngine();

/** A public address that this computer has for the test: the Internet, as far as containers know. */
const PUBLIC = { subnet: '198.51.104.0/24', address: '198.51.104.1' };

describe.skipIf(reason !== null)(
  `a tunnel to a server on the Internet${reason === null ? '' : ` (${reason})`}`,
  () => {
    const things = new Things();
    const away = new AbortController();
    const hostId = newId('host');
    const run = newId('run');
    let server: FrpStandIn;
    let gate: Server;
    let room: ContainersRoom;

    beforeAll(async () => {
      await importBusybox();
      await things.fixedNetwork('tunnel-test-internet', PUBLIC.subnet, PUBLIC.address);
      const { server: standIn, settings } = await openTunnelServer();
      server = standIn;
      gate = createServer((socket) => {
        const inner = connect(standIn.controlPort, '127.0.0.1');
        for (const one of [socket, inner]) one.on('error', () => one.destroy());
        socket.pipe(inner).pipe(socket);
      });
      await new Promise<void>((done) => gate.listen(standIn.controlPort, PUBLIC.address, done));
      const internet = { ...settings, serverAddress: PUBLIC.address, isOnThisComputer: false };
      room = openRoom({ hostId, tunnel: () => internet, bundled: () => [CLIENT_IMAGE] });
      const script = 'echo hello > /tmp/index.html; httpd -f -p 8080 -h /tmp';
      const spec = { run, ports: [8080], aliases: ['operation-0'] };
      expect(await room.start(shell(script, spec), patient())).toMatchObject({ ok: true });
    });
    afterAll(async () => {
      away.abort();
      await room.cleanUp(run);
      await room.close();
      await server.close();
      gate.close();
      await things.remove();
    });

    it('publishes the port, without any relay to this computer', async () => {
      const reports = new Reports();
      void room.tunnels.keep(tunnelOf(run, [8080]), reports.report, away.signal);
      const seen = () => visit(server, nameOf(run, 8080)).catch(String);
      await expect.poll(seen, { timeout: 40_000 }).toBe('200 hello');
      expect(reports.last).toBe('up');
      const filter = ['--filter', `label=io.offpeak.host=${hostId}`];
      expect(await insist('ps', '-q', ...filter, '--filter', 'label=io.offpeak.relay')).toBe('');
    });

    it('runs the client behind a guard that lets it reach that server alone', async () => {
      const filter = ['--filter', `label=io.offpeak.host=${hostId}`];
      const guard = ['--filter', 'label=io.offpeak.guard=tunnel-0'];
      const id = await insist('ps', '-q', '--no-trunc', ...filter, ...guard);
      const { serverPort } = { serverPort: server.controlPort };
      expect(await insist('inspect', '--format', '{{join .Args " "}}', id)).toBe(
        `--only --to ${PUBLIC.address}:${serverPort} --sibling 8080`,
      );
      expect(await insist('inspect', '--format', '{{.HostConfig.PortBindings}}', id)).toBe('map[]');
    });
  },
);
