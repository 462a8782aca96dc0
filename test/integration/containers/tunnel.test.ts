import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proveIsolation } from '../../../app/containers/prove/prove.ts';
import type { ContainersRoom } from '../../../app/containers/room.ts';
import type { TunnelSettings } from '../../../app/containers/tunnel-settings.ts';
import type { FrpStandIn } from '../../../app/network/stand-ins/frp.ts';
import { startFrpStandIn } from '../../../app/network/stand-ins/frp.ts';
import {
  importBusybox,
  newId,
  openRoom,
  patient,
  raw,
  roomOptions,
  shell,
  whyNoEngine,
} from './engine-kit.ts';
import { CLIENT_IMAGE, nameOf, openTunnelServer, Reports, tunnelOf, visit } from './tunnel-kit.ts';

const reason = await whyNoEngine();

/** Two web servers, and a third that nobody exposes. */
const SERVERS = `
  for port in 8080 8081 8082; do
    mkdir -p /tmp/$port && echo "port $port" > /tmp/$port/index.html && httpd -p $port -h /tmp/$port
  done
  while true; do sleep 1; done`;

describe.skipIf(reason !== null)(
  `ports of a job through the network’s tunnel${reason === null ? '' : ` (${reason})`}`,
  () => {
    const hostId = newId('host');
    let server: FrpStandIn;
    let settings: TunnelSettings;
    let room: ContainersRoom;
    let run: string;
    const kept: AbortController[] = [];

    const open = (): ContainersRoom =>
      openRoom({ hostId, tunnel: () => settings, bundled: () => [CLIENT_IMAGE] });

    beforeAll(async () => {
      await importBusybox();
      ({ server, settings } = await openTunnelServer());
      room = open();
      run = newId('run');
      const spec = { run, ports: [8080, 8081], aliases: ['operation-0'] };
      expect(await room.start(shell(SERVERS, spec), patient())).toMatchObject({ ok: true });
    });
    afterAll(async () => {
      letGo();
      await room.cleanUp(run);
      await room.close();
      await server.close();
    });

    /** Keeps the tunnel in the background, as a run does, instead of whoever kept it before. */
    function keep(): Reports {
      letGo();
      const away = new AbortController();
      const reports = new Reports();
      kept.push(away);
      void room.tunnels.keep(tunnelOf(run, [8080, 8081]), reports.report, away.signal);
      return reports;
    }

    function letGo(): void {
      for (const one of kept.splice(0)) one.abort();
    }

    const reached = (port: number, timeout = 40_000) =>
      expect.poll(() => visit(server, nameOf(run, port)).catch(String), { timeout });

    const clients = (): Promise<readonly { Id: string; State: string }[]> =>
      listed('io.offpeak.tunnel');

    async function listed(label: string): Promise<{ Id: string; State: string }[]> {
      const filters = JSON.stringify({ label: [`io.offpeak.host=${hostId}`, label] });
      const path = `/containers/json?all=1&filters=${encodeURIComponent(filters)}`;
      return JSON.parse((await raw('GET', path)).text) as { Id: string; State: string }[];
    }

    /** Tries to connect from another container of the same run. */
    async function probe(of: string, targets: readonly string[]): Promise<Record<string, string>> {
      const script = targets.map((to) => {
        const [host, port] = to.split(':');
        return `nc -w 3 ${host} ${port} </dev/null >/dev/null 2>&1 && echo ${to} open || echo ${to} shut`;
      });
      const more = { run: of, operation: 'probe', index: 1, aliases: ['operation-1'] };
      const started = await room.start(shell(script.join('\n'), more), patient());
      if (!started.ok) throw new Error(started.problem.message);
      const lines: string[] = [];
      const onLine = ({ text }: { text: string }): void => void lines.push(text);
      await room.followLogs(started.container, { since: null, skip: 0, onLine }, patient());
      return Object.fromEntries(
        lines.flatMap((line) => {
          const [to, found] = line.split(' ');
          return to === undefined || found === undefined ? [] : [[to, found] as const];
        }),
      );
    }

    it('are reached from outside, each under its own name, and no other port is', async () => {
      const tunnel = keep();
      await reached(8080).toBe('200 port 8080');
      expect(await visit(server, nameOf(run, 8081))).toBe('200 port 8081');
      expect(await visit(server, nameOf(run, 8082))).toMatch(/^404 /);
      expect(tunnel.last).toBe('up');
      expect(server.names()).toEqual([8080, 8081].map((port) => `${nameOf(run, port)}.localhost`));
    });

    it('answer several visitors at once, and the larger body whole', async () => {
      const names = Array.from({ length: 12 }, (_, at) => nameOf(run, at % 2 === 0 ? 8080 : 8081));
      const answers = await Promise.all(names.map((name) => visit(server, name)));
      expect(answers).toEqual(names.map((name) => `200 port ${name.slice(-4)}`));
    });

    it('are there again when the client is killed', async () => {
      const [before] = await clients();
      await raw('POST', `/containers/${before?.Id}/kill`);
      await expect
        .poll(async () => (await clients())[0]?.Id, { timeout: 30_000 })
        .not.toBe(before?.Id);
      await reached(8080).toBe('200 port 8080');
    });

    it.each([
      ['guard', 'io.offpeak.guard=tunnel-0'],
      ['relay', 'io.offpeak.relay'],
    ])('are there again when its %s is killed', async (_, label) => {
      const [before] = await listed(label);
      await raw('POST', `/containers/${before?.Id}/kill`);
      const now = () => listed(label).then(([one]) => one?.Id);
      await expect.poll(now, { timeout: 30_000 }).not.toBe(before?.Id);
      await reached(8080).toBe('200 port 8080');
    });

    it('open nothing to the job: not this computer, not the tunnel, not the relay', async () => {
      const [guard] = await listed('io.offpeak.guard=tunnel-0');
      const { text } = await raw('GET', `/containers/${guard?.Id}/json`);
      const [, address = ''] = /"IPAddress":"([\d.]+)"/.exec(text) ?? [];
      const [, gateway = ''] = /"Gateway":"([\d.]+)"/.exec(text) ?? [];
      const { controlPort, publicPort } = server;
      const shut = [
        ...[7998, 7999, controlPort].map((port) => `${address}:${port}`),
        ...[controlPort, publicPort, 7999].map((port) => `${gateway}:${port}`),
      ];
      const open = 'operation-0:8080';
      const found = await probe(run, [...shut, open]);
      expect(found).toEqual({
        ...Object.fromEntries(shut.map((to) => [to, 'shut'])),
        [open]: 'open',
      });
    });

    it('leave every proof of the isolation as it is', async () => {
      const { text } = await raw('GET', '/networks/bridge');
      const [, bridge = ''] = /"Gateway":"([\d.]+)"/.exec(text) ?? [];
      const home = mkdtempSync(join(tmpdir(), 'offpeak-proof-'));
      const proof = await proveIsolation({
        ...roomOptions({ tunnel: () => settings, bundled: () => [CLIENT_IMAGE] }),
        home,
        // Both ends of the tunnel on this computer, as if they were a router’s.
        router: [server.controlPort, server.publicPort].map((port) => `${bridge}:${port}`),
        only: ['computer', 'router', 'other-jobs', 'metadata', 'broadcast', 'rights'],
        signal: patient(),
      });
      rmSync(home, { recursive: true });
      expect(proof.results.map(({ outcome }) => outcome)).toEqual(Array(6).fill('stopped'));
      expect(await visit(server, nameOf(run, 8080))).toBe('200 port 8080');
    });

    it('are down while the server is away, and there again with it', async () => {
      const { controlPort, publicPort } = server;
      await server.close();
      await expect
        .poll(() => visit(server, nameOf(run, 8080)).catch(String))
        .toMatch(/ECONNREFUSED/);
      server = await startFrpStandIn({ control: controlPort, public: publicPort });
      await reached(8080, 60_000).toBe('200 port 8080');
    });

    it('are down when the server takes nobody, which is told, and the job goes on', async () => {
      const tunnel = keep();
      await reached(8080).toBe('200 port 8080');
      server.fail({ kind: 'refuses-login' });
      server.dropClients();
      await expect.poll(() => tunnel.last, { timeout: 20_000 }).toBe('down');
      expect(await room.find(run, 'op')).not.toBeNull();
      server.fail(null);
      await reached(8080, 60_000).toBe('200 port 8080');
    });

    it('go on through a restart of the host, by the same client', async () => {
      const [before] = await clients();
      letGo();
      // Another life of the same host: it knows nothing but what the engine tells.
      room = open();
      expect((await room.sweep([run])).removed).toEqual([]);
      expect((await clients())[0]?.Id).toBe(before?.Id);
      keep();
      await reached(8080, 60_000).toBe('200 port 8080');
      expect((await clients()).map(({ Id }) => Id)).toEqual([before?.Id]);
    });

    it('believe nobody else who comes to the relay', async () => {
      const [guard] = await listed('io.offpeak.guard=tunnel-0');
      const { text } = await raw('GET', `/containers/${guard?.Id}/json`);
      const [, port] = /"HostPort":"(\d+)"/.exec(text) ?? [];
      const said = await new Promise<string>((resolve, reject) => {
        let heard = '';
        const socket = connect(Number(port), '127.0.0.1');
        socket.on('data', (chunk) => (heard += chunk.toString()));
        socket.on('close', () => resolve(heard));
        socket.on('error', reject);
        socket.write(`${'0'.repeat(64)} ${settings.serverPort}\n`);
      });
      expect(said).toBe('');
    });

    it('leave nothing behind when the operation ends, nor when the run is swept', async () => {
      letGo();
      await room.tunnels.end(run, 0);
      expect(await clients()).toEqual([]);
      expect(await listed('io.offpeak.relay')).toEqual([]);
      expect(await listed('io.offpeak.guard=tunnel-0')).toEqual([]);
      expect(await room.find(run, 'op')).not.toBeNull();

      keep();
      await reached(8080).toBe('200 port 8080');
      letGo();
      expect((await room.sweep([])).removed).toContain(run);
      expect(await listed('io.offpeak.pod')).toEqual([]);
    });
  },
);
