import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IMAGE, importBusybox } from '../containers/engine-kit.ts';
import {
  behind,
  broadcastOf,
  docker,
  type HostListener,
  insist,
  listenOnHost,
  loadGuardImage,
  LOCKED,
  pause,
  probe,
  readAnswer,
  results,
  Things,
  whyNoGuard,
} from './guard-kit.ts';

const reason = await whyNoGuard();

/*
 * Two more addresses of this computer, of networks that nobody else is in: one public, which the rules
 * let through unless it is denied, and one where clouds have their metadata.
 */
const PUBLIC = { subnet: '198.51.101.0/24', address: '198.51.101.1' };
const METADATA = { subnet: '169.254.169.0/24', address: '169.254.169.254' };

const BOTH_CONNECT = 'connected connected';
const BOTH_REFUSED = 'ECONNREFUSED ECONNREFUSED';
const BOTH_FORBIDDEN = 'EPERM EPERM';

describe.skipIf(reason !== null)(
  `a job behind a guard${reason === null ? '' : ` (${reason})`}`,
  () => {
    const things = new Things();
    let host: HostListener;
    let network: string;
    let guard: { name: string; answer: { ready: boolean } };
    let sibling: { address: string };
    let neighbour: { address: string };

    beforeAll(async () => {
      await Promise.all([loadGuardImage(), importBusybox()]);
      host = await listenOnHost();
      await things.fixedNetwork('guard-test-public', PUBLIC.subnet, PUBLIC.address);
      await things.fixedNetwork('guard-test-metadata', METADATA.subnet, METADATA.address);
      network = await things.network('--ipv6', '--subnet', 'fd0f:f9ea:1::/64');
      guard = await things.guard(network, { engine: ['--publish', '127.0.0.1::7777'] });
      sibling = await things.listener(
        'sibling',
        '--network',
        network,
        '--network-alias',
        'sibling',
      );
      const other = await things.network();
      neighbour = await things.listener('neighbour', '--network', other);
    });
    afterAll(async () => {
      await things.remove();
      host.close();
    });

    /** Everything of this computer that a job could call, none of which answers by mistake. */
    const ofThisComputer = (): string[] =>
      ['gateway', METADATA.address, ...ownAddresses()].map((address) => `${address}:${host.port}`);

    it('would without one reach this computer at every address', async () => {
      const targets = [...ofThisComputer(), `${PUBLIC.address}:${host.port}`];
      const all = [...targets, `${sibling.address}:7777`];
      const report = await probe(['--network', network, ...LOCKED], 'tcp', 'unguarded', ...all);
      expect(results(report)).toEqual(Object.fromEntries(all.map((to) => [to, BOTH_CONNECT])));
    });

    it('reaches its siblings by address and by name', async () => {
      expect(guard.answer).toEqual({ ready: true, refuses: 'reject' });
      const report = await probe(behind(guard), 'tcp', 'sibling', `${sibling.address}:7777`);
      expect(results(report)).toEqual({ [`${sibling.address}:7777`]: BOTH_CONNECT });
      expect(JSON.stringify(report)).toContain('"heard":"sibling"');
      const names = await insist(
        ...['run', '--rm', ...behind(guard), IMAGE, 'nslookup', 'sibling', '127.0.0.11'],
      );
      expect(names).toContain(sibling.address);
    });

    it('reaches public addresses', async () => {
      const target = `${PUBLIC.address}:${host.port}`;
      expect(results(await probe(behind(guard), 'tcp', 'public', target))).toEqual({
        [target]: BOTH_CONNECT,
      });
    });

    it('reaches this computer, its metadata and the home network at no address, and is told at once', async () => {
      const visits = host.visits();
      const home = ['10.0.0.1:80', '192.168.1.1:80', '172.16.0.1:443', '100.64.0.1:80'];
      const targets = [...ofThisComputer(), ...home, 'gateway:53', '169.254.169.254:80'];
      const report = await probe(behind(guard), 'tcp', 'computer', ...targets);
      expect(results(report)).toEqual(Object.fromEntries(targets.map((to) => [to, BOTH_REFUSED])));
      expect(report.reached).toBe(false);
      expect(host.visits()).toBe(visits);
    });

    it('is refused in no time by a call that waits, too', async () => {
      const { out } = await docker(
        ...['run', '--rm', ...behind(guard), IMAGE, 'sh', '-c'],
        'cut -d. -f1 /proc/uptime; nc 192.168.1.1 80; echo $?; cut -d. -f1 /proc/uptime',
      );
      const [before, code, after] = out.split('\n').map(Number);
      expect(code).toBe(1);
      expect((after ?? 99) - (before ?? 0)).toBeLessThanOrEqual(1);
    });

    it('does not reach another job on another bridge', async () => {
      const target = `${neighbour.address}:7777`;
      const report = await probe(behind(guard), 'tcp', 'neighbour', target);
      expect(results(report)).toEqual({ [target]: BOTH_REFUSED });
    });

    it('sends no broadcast and no multicast; would without a guard', async () => {
      const broadcast = await broadcastOf(network);
      const targets = ['224.0.0.251:5353', '239.255.255.250:1900', '255.255.255.255:9'];
      const all = [...targets, `${broadcast}:9`, 'gateway:53', 'gateway:9'];
      const guarded = await probe(behind(guard), 'udp', 'everybody', 'nonce', ...all);
      expect(results(guarded)).toEqual(Object.fromEntries(all.map((to) => [to, BOTH_FORBIDDEN])));
      const open = await probe(['--network', network, ...LOCKED], 'udp', 'a', 'nonce', ...all);
      expect(results(open)).toEqual(Object.fromEntries(all.map((to) => [to, 'sent sent'])));
    });

    it('speaks no IPv6; would without a guard', async () => {
      const six = await insist(
        ...['inspect', '--format', '{{range .NetworkSettings.Networks}}{{.IPv6Gateway}}{{end}}'],
        guard.name,
      );
      const all = [`[${six}]:${host.port}`, '[ff02::fb%eth0]:5353', '[fe80::1%eth0]:80'];
      const open = await probe(['--network', network, ...LOCKED], 'tcp', 'six', ...all);
      expect(results(open)).toMatchObject({ [`[${six}]:${host.port}`]: BOTH_CONNECT });
      const guarded = await probe(behind(guard), 'tcp', 'six', ...all);
      expect(guarded.reached).toBe(false);
      expect(results(guarded)).toMatchObject({ [`[${six}]:${host.port}`]: BOTH_REFUSED });
      const datagrams = await probe(behind(guard), 'udp', 'six', 'nonce', ...all);
      expect(datagrams).toMatchObject({ reached: false, stopped: 'EPERM' });
    });

    it('can neither change the filter nor send past it', async () => {
      const report = await probe(behind(guard), 'capabilities', '0');
      expect(report).toMatchObject({
        reached: false,
        detail: { nf_tables: 'EPERM', 'raw socket': 'EPERM', 'packet socket': 'EPERM' },
      });
    });

    it('answers what comes in through a published port', async () => {
      await things.listener('published', '--network', `container:${guard.name}`);
      const [port] = (await insist('port', guard.name, '7777/tcp')).split(':').slice(-1);
      expect(await readFrom(Number(port))).toBe('published');
    });

    it('is kept from what is denied, at the start or later, and open connections end', async () => {
      const target = `${PUBLIC.address}:${host.port}`;
      const denied = await things.guard(network, { asked: ['--deny', PUBLIC.subnet] });
      const never = await probe(behind(denied), 'tcp', 'denied', target, `${sibling.address}:7777`);
      expect(results(never)).toEqual({
        [target]: BOTH_REFUSED,
        [`${sibling.address}:7777`]: BOTH_CONNECT,
      });

      const open = await things.guard(network);
      const talk = `while true; do echo word; sleep 0.1; done | nc ${PUBLIC.address} ${host.port}`;
      await things.container(...behind(open), IMAGE, 'sh', '-c', talk);
      const start = host.heardBytes();
      await expect.poll(() => host.heardBytes(), { timeout: 10_000 }).toBeGreaterThan(start);
      const more = ['--deny-more', `${PUBLIC.address}/32`, '8.8.8.8/24'];
      const answer = await insist('exec', open.name, '/guard', ...more);
      expect(readAnswer(answer)).toEqual({ ready: true, refuses: 'reject' });
      await pause(300);
      const heard = host.heardBytes();
      await pause(700);
      expect(host.heardBytes()).toBe(heard);
      const after = await probe(behind(open), 'tcp', 'denied', target, `${sibling.address}:7777`);
      expect(results(after)).toMatchObject({
        [target]: BOTH_REFUSED,
        [`${sibling.address}:7777`]: BOTH_CONNECT,
      });
    });

    it('asks the gateway for names only where that was agreed on', async () => {
      const dns = await things.guard(network, { asked: ['--dns-gateway'] });
      const report = await probe(behind(dns), 'udp', 'names', 'nonce', 'gateway:53', 'gateway:54');
      expect(results(report)).toEqual({ 'gateway:53': 'sent sent', 'gateway:54': BOTH_FORBIDDEN });
    });
  },
);

function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const four = all.filter((one) => one.family === 'IPv4' && !one.internal);
  const own = four.map((one) => one.address).filter((one) => one !== PUBLIC.address);
  return [...new Set(own)].slice(0, 8);
}

function readFrom(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer')));
    socket.on('data', (data) => (text += data.toString()));
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
}
