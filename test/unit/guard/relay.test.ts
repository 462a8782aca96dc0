import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImageFiles } from '../../../build/model/image-archive.ts';
import { lendConnections } from '../../../app/containers/relay-link.ts';
import { readShippedArchive } from './shipped.ts';

const runsHere = process.platform === 'linux' && process.arch === 'x64';
const reason = runsHere ? '' : ' (skipped: the program is for Linux on x86-64)';
const TOKEN = 'c'.repeat(64);

/** The shipped relay as a process of its own, and a link to it, as a tunnel has both. */
describe.skipIf(!runsHere)(`the relay between a tunnel and this computer${reason}`, () => {
  const room = mkdtempSync(join(tmpdir(), 'offpeak-relay-'));
  const away = new AbortController();
  let relay: ChildProcess;
  let target: Server;
  let control: number;
  let inside: number;

  beforeAll(async () => {
    const program = (await readImageFiles(readShippedArchive())).get('relay');
    writeFileSync(join(room, 'relay'), program ?? '');
    chmodSync(join(room, 'relay'), 0o755);
    [control, inside] = [await freePort(), await freePort()];
    relay = spawn(join(room, 'relay'), [String(control), String(inside)], {
      env: { RELAY_TOKEN: TOKEN },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => relay.stdout?.once('data', resolve));
    // Says everything back, and then goodbye: each way is closed on its own.
    target = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => socket.destroy());
      socket.on('end', () => socket.end(' goodbye'));
      socket.pipe(socket, { end: false });
    });
    const port = await listening(target);
    const link = {
      relay: () => Promise.resolve({ host: '127.0.0.1', port: control }),
      token: TOKEN,
      port: inside,
      target: { host: '127.0.0.1', port },
    };
    void lendConnections(link, away.signal);
  });
  afterAll(() => {
    away.abort();
    relay.kill('SIGKILL');
    target.close();
    rmSync(room, { recursive: true });
  });

  it('carries what is said both ways, each way closed on its own', async () => {
    expect(await talk(inside, 'hello')).toBe('hello goodbye');
  });

  it('carries as many at once as come, more than are lent ahead', async () => {
    const words = Array.from({ length: 20 }, (_, at) => `word ${at}`);
    const answers = await Promise.all(words.map((word) => talk(inside, word)));
    expect(answers).toEqual(words.map((word) => `${word} goodbye`));
  });

  it('carries megabytes whole', async () => {
    const much = 'abcdefghij'.repeat(400_000);
    expect(await talk(inside, much)).toBe(`${much} goodbye`);
  });

  it.each([
    ['another token', `${'d'.repeat(64)} PORT\n`],
    ['no token', 'PORT\n'],
    ['a port that is not served', `${TOKEN} 1\n`],
    ['much', 'x'.repeat(1000)],
  ])('drops who comes with %s', async (_, words) => {
    expect(await talk(control, words.replace('PORT', String(inside)), false)).toBe('');
    expect(await talk(inside, 'hello')).toBe('hello goodbye');
  });

  it('lets a client wait until somebody lends a connection', async () => {
    const other = await freePort();
    const alone = spawn(join(room, 'relay'), [String(other), String(await freePort())], {
      env: { RELAY_TOKEN: TOKEN },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await new Promise((resolve) => alone.stdout.once('data', resolve));
      const port = Number(alone.spawnargs[2]);
      const answer = talk(port, 'early');
      const late = connect({ port: other, host: '127.0.0.1', allowHalfOpen: true });
      late.write(`${TOKEN} ${port}\n`);
      let heard = '';
      late.on('data', (chunk: Buffer) => (heard += chunk.toString()));
      await expect.poll(() => heard).toBe('\nearly');
      late.end('at last');
      expect(await answer).toBe('at last');
    } finally {
      alone.kill('SIGKILL');
    }
  });
});

/** Says something, half-closes, and hears what comes until the other end closes. */
function talk(port: number, words: string, end = true): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket: Socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    socket.on('end', () => socket.end());
    socket.on('close', () => resolve(heard));
    socket.on('error', () => socket.destroy());
    if (end) socket.end(words);
    else socket.write(words);
  });
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
