import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, request, type Server } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { readImageFiles } from '../../../../build/model/image-archive.ts';
import { type FrpStandIn, startFrpStandIn } from '../../../../app/network/stand-ins/frp.ts';
import { hostOf } from '../../../../app/network/stand-ins/frp-wire.ts';

const runsHere = process.platform === 'linux' && process.arch === 'x64';
const reason = runsHere ? '' : ' (skipped: the client is for Linux on x86-64)';
const archive = join(import.meta.dirname, '../../../../assets/practice/frp-stand-in.tar');

/** The shipped client as a process of its own, with the environment that the network's gets. */
describe.skipIf(!runsHere)(`the stand-in for the network’s tunnel${reason}`, () => {
  const room = mkdtempSync(join(tmpdir(), 'offpeak-frp-'));
  const clients: ChildProcess[] = [];
  let job: Server;
  let jobPort: string;
  let server: FrpStandIn;

  beforeAll(async () => {
    const files = await readImageFiles(readFileSync(archive));
    writeFileSync(join(room, 'client'), files.get('entrypoint.sh') ?? '');
    chmodSync(join(room, 'client'), 0o755);
    job = createHttpServer((asked, answer) => {
      answer.end(`${asked.headers.host ?? ''} asked ${asked.url ?? ''}`);
    });
    const sockets = new WebSocketServer({ server: job });
    sockets.on('connection', (socket) => socket.on('message', (text) => socket.send(text)));
    await new Promise<void>((resolve) => job.listen(0, '127.0.0.1', resolve));
    const address = job.address();
    jobPort = String(typeof address === 'object' && address !== null ? address.port : 0);
  });
  afterAll(() => {
    job.close();
    rmSync(room, { recursive: true });
  });
  beforeEach(async () => {
    server = await startFrpStandIn();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.kill('SIGKILL');
    await server.close();
  });

  function start(...proxies: Record<string, string>[]): {
    log: () => string;
    ended: Promise<number>;
  } {
    const whole = proxies.map((one) => ({
      name: `${one['customDomain'] ?? ''}-op`,
      localIp: '127.0.0.1',
      localPorts: jobPort,
      ...one,
    }));
    const client = spawn(join(room, 'client'), {
      env: {
        FRP_SERVER_ADDR: '127.0.0.1',
        FRP_SERVER_PORT: String(server.controlPort),
        NOSANA_ID: 'job',
        FRP_PROXIES: JSON.stringify(whole),
      },
    });
    clients.push(client);
    let log = '';
    client.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
    const ended = new Promise<number>((resolve) =>
      client.on('exit', (code) => resolve(code ?? -1)),
    );
    return { log: () => log, ended };
  }

  const published = (...names: string[]) => expect.poll(() => server.names().sort()).toEqual(names);

  function visit(host: string, port = server.publicPort): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port, path: '/path', headers: { host }, agent: false };
      const call = request(options, (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
        answer.on('end', () => resolve(`${answer.statusCode ?? 0} ${text}`));
      });
      call.on('error', reject);
      call.end();
    });
  }

  it('leads who asks for a name to the port behind it, whatever the size of the letters', async () => {
    start({ customDomain: 'AbC.localhost' });
    await published('abc.localhost');
    const host = `AbC.localhost:${server.publicPort}`;
    expect(await visit(host)).toBe(`200 ${host} asked /path`);
    expect(await visit('abc.localhost')).toBe('200 abc.localhost asked /path');
  });

  it('knows no other name', async () => {
    start({ customDomain: 'abc.localhost' });
    await published('abc.localhost');
    expect(await visit('other.localhost')).toMatch(/^404 .*stand-in/);
    expect(await visit(`127.0.0.1:${server.publicPort}`)).toMatch(/^404 /);
  });

  it('carries WebSockets', async () => {
    start({ customDomain: 'abc.localhost' });
    await published('abc.localhost');
    // Browsers know by themselves where every name below localhost is; this computer may not.
    const headers = { host: 'abc.localhost' };
    const socket = new WebSocket(`ws://127.0.0.1:${server.publicPort}/`, { headers });
    const said = await new Promise<string>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('open', () => socket.send('hello'));
      socket.on('message', (text: Buffer) => resolve(text.toString()));
    });
    socket.close();
    expect(said).toBe('hello');
  });

  it('says so when nothing answers at the port', async () => {
    start({ customDomain: 'abc.localhost', localPorts: '1' });
    await published('abc.localhost');
    expect(await visit('abc.localhost')).toMatch(/^502 /);
  });

  it('spreads visitors over the jobs of a deployment, each still under its own name', async () => {
    for (const own of ['one', 'two']) {
      start({ customDomain: `${own}.localhost`, deploymentDomain: 'all.localhost' });
    }
    await expect.poll(() => server.names().length).toBe(4);
    for (const name of ['one', 'two', 'all', 'all']) {
      expect(await visit(`${name}.localhost`)).toMatch(/^200 /);
    }
  });

  it('gives a name to one client alone', async () => {
    start({ customDomain: 'abc.localhost' });
    await published('abc.localhost');
    const second = start({ customDomain: 'ABC.localhost' });
    expect(await second.ended).toBe(1);
    expect(second.log()).toContain('start error: a name is taken already');
  });

  it('takes nobody when told so, and a client that was never in ends', async () => {
    server.fail({ kind: 'refuses-login' });
    const client = start({ customDomain: 'abc.localhost' });
    expect(await client.ended).toBe(1);
    expect(client.log()).toContain('login refused');
  });

  it('cuts its clients off when told so, and those come again', async () => {
    const client = start({ customDomain: 'abc.localhost' });
    await published('abc.localhost');
    server.dropClients();
    await expect
      .poll(() => client.log().match(/login to server success/g)?.length, {
        timeout: 8_000,
      })
      .toBe(2);
    expect(client.log()).toContain('connect to server error');
    await published('abc.localhost');
  });

  it('is slow when told so, and loses nothing', async () => {
    start({ customDomain: 'abc.localhost' });
    await published('abc.localhost');
    server.fail({ kind: 'slow', delayMs: 200 });
    expect(await visit('abc.localhost')).toMatch(/^200 /);
  });

  it.each([
    ['nonsense', 'nonsense\n'],
    ['a login without a port', '{"login":"x","proxies":[]}\n'],
    ['a visit that nobody made', `work ${'0'.repeat(32)}\n`],
  ])('gives nothing to who comes with %s', async (_, words) => {
    const heard = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(server.controlPort, '127.0.0.1');
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
      socket.on('close', () => resolve(text));
      socket.write(words);
    });
    expect(['', 'not understood\n']).toContain(heard);
    expect(server.names()).toEqual([]);
  });
});

describe('the name that a request is for', () => {
  it.each([
    ['GET / HTTP/1.1\r\nHost: A.b:80\r\n\r\n', 'a.b'],
    ['GET / HTTP/1.1\r\nx: y\r\nhOST:a.b \r\n\r\n', 'a.b'],
    ['GET /?host:no HTTP/1.1\r\nxhost: no\r\n\r\n', null],
  ])('of %j is %j', (head, host) => {
    expect(hostOf(Buffer.from(head))).toBe(host);
  });
});
