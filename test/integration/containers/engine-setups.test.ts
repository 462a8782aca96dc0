import { describe, expect, it } from 'vitest';
import { importBusybox, openRoom, patient, runToEnd, shell, whyNoEngine } from './engine-kit.ts';
import { startPrivateEngine, whyNoPrivateEngine } from './private-engine.ts';

const reason = (await whyNoEngine()) ?? whyNoPrivateEngine();
const why = reason === null ? '' : ` (${reason})`;

describe.skipIf(reason !== null)(`an engine that is set up in another way${why}`, () => {
  it('without a first process of its own still runs jobs, and says which program is missing', async () => {
    const engine = await startPrivateEngine({
      daemon: ['--init-path', '/nonexistent/docker-init'],
    });
    const room = openRoom({ socket: engine.socket });
    try {
      await importBusybox(engine.socket);
      const { out } = await runToEnd(room, shell('cat /proc/1/comm'));
      expect(out).toBe('cat');
      const result = await room.start(shell('', { command: ['no-such-program'] }), patient());
      expect(result).toMatchObject({ ok: false, problem: { code: 'containers.start-failed' } });
      expect(JSON.stringify(result)).toContain('no-such-program');
    } finally {
      await room.sweep([]);
      await engine.remove();
    }
  });

  it('with a resolver on this computer does not let a job ask it for names', async () => {
    // CVE-2024-29018: this engine's own answer for a closed network would come from this server.
    const engine = await startPrivateEngine({ resolvConf: 'nameserver 127.0.0.77\n' });
    const room = openRoom({ socket: engine.socket });
    const resolver = engine.beside(process.execPath, ['-e', RESOLVER]);
    let heard = '';
    resolver.stdout?.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
    try {
      await expect.poll(() => heard, { timeout: 20_000 }).toContain('listening');
      await importBusybox(engine.socket);
      await runToEnd(room, shell('nslookup secret.example.com; nslookup secret'));
      expect(heard).not.toContain('secret');
    } finally {
      resolver.kill();
      await room.sweep([]);
      await engine.remove();
    }
  });
});

/** A name server that only tells what it is asked. */
const RESOLVER = `
const socket = require('node:dgram').createSocket('udp4', (message) => process.stdout.write(message));
socket.bind(53, '127.0.0.77', () => console.log('listening'));
`;
