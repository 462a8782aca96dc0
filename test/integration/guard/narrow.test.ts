import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  behind,
  type HostListener,
  insist,
  listenOnHost,
  loadGuardImage,
  LOCKED,
  probe,
  results,
  Things,
  whyNoGuard,
} from './guard-kit.ts';

const reason = await whyNoGuard();

/** An address of this computer that is public, so that only the list of a guard decides about it. */
const PUBLIC = { subnet: '198.51.103.0/24', address: '198.51.103.1' };

const BOTH_CONNECT = 'connected connected';
const BOTH_REFUSED = 'ECONNREFUSED ECONNREFUSED';

describe.skipIf(reason !== null)(
  `a tunnel behind a narrow guard${reason === null ? '' : ` (${reason})`}`,
  () => {
    const things = new Things();
    let host: HostListener;
    let network: string;
    let sibling: { address: string };
    let guard: { name: string; answer: { ready: boolean } };

    beforeAll(async () => {
      await loadGuardImage();
      host = await listenOnHost();
      await things.fixedNetwork('guard-test-narrow', PUBLIC.subnet, PUBLIC.address);
      network = await things.network();
      sibling = await things.listener('sibling', '--network', network);
      const asked = ['--only', '--to', `${PUBLIC.address}:${host.port}`, '--sibling', '7777'];
      const engine = ['--publish', '127.0.0.1::7777'];
      guard = await things.guard(network, { asked, engine });
    });
    afterAll(async () => {
      await things.remove();
      host.close();
    });

    it('reaches the ports that are named, and nothing else', async () => {
      expect(guard.answer).toEqual({ ready: true, refuses: 'reject' });
      const open = [`${PUBLIC.address}:${host.port}`, `${sibling.address}:7777`];
      const shut = [
        `${PUBLIC.address}:22`,
        `${sibling.address}:7778`,
        '8.8.8.8:53',
        '1.1.1.1:443',
        '192.168.1.1:80',
        `gateway:${host.port}`,
      ];
      const report = await probe(behind(guard), 'tcp', 'narrow', ...open, ...shut);
      expect(results(report)).toEqual({
        ...Object.fromEntries(open.map((to) => [to, BOTH_CONNECT])),
        ...Object.fromEntries(shut.map((to) => [to, BOTH_REFUSED])),
      });
    });

    it('sends no datagrams: names are asked of nobody outside', async () => {
      const all = ['8.8.8.8:53', `${PUBLIC.address}:53`, `${sibling.address}:7777`];
      const report = await probe(behind(guard), 'udp', 'narrow', 'nonce', ...all);
      expect(results(report)).toEqual(Object.fromEntries(all.map((to) => [to, 'EPERM EPERM'])));
    });

    it('is opened from nowhere but this computer, through a published port', async () => {
      await things.listener('inside', '--network', `container:${guard.name}`);
      const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
      const address = await insist('inspect', '--format', format, guard.name);
      const report = await probe(['--network', network, ...LOCKED], 'tcp', 'in', `${address}:7777`);
      expect(report.reached).toBe(false);
      const [port] = (await insist('port', guard.name, '7777/tcp')).split(':').slice(-1);
      expect(await readFrom(Number(port))).toBe('inside');
    });

    it('never names what is closed to everybody: a home network, or what is denied', async () => {
      const target = `${PUBLIC.address}:${host.port}`;
      const asked = ['--deny', PUBLIC.subnet, '--only', '--to', target, '--to', '192.168.1.1:80'];
      const denied = await things.guard(network, { asked });
      const report = await probe(behind(denied), 'tcp', 'denied', target, '192.168.1.1:80');
      expect(results(report)).toEqual({ [target]: BOTH_REFUSED, '192.168.1.1:80': BOTH_REFUSED });
    });
  },
);

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
