import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type HttpDashboard, serveHttp } from '../../../app/serve/http-server.ts';
import { scriptedHost } from '../../fakes/host/scripted-host.ts';

const folder = mkdtempSync(join(tmpdir(), 'offpeak-bundle-'));
writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Offpeak</title>');
writeFileSync(join(folder, 'secret.txt'), 'not listed');
const outside = join(mkdtempSync(join(tmpdir(), 'offpeak-outside-')), 'key.json');
writeFileSync(outside, '{"key":1}');
symlinkSync(outside, join(folder, 'link.json'));

let dashboard: HttpDashboard;
beforeAll(async () => {
  dashboard = await serveHttp(scriptedHost(), { folder, port: 0 });
});
afterAll(() => dashboard.close());

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

// Not fetch: it would normalise the path and refuse to lie about Host.
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { port } = new URL(dashboard.origin);
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let body = '';
      response.on('data', (piece: Buffer) => (body += piece.toString()));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    call.on('error', reject);
    call.end();
  });
}

function wire(headers: Record<string, string>, path = '/wire'): Promise<'open' | number> {
  const socket = new WebSocket(`${dashboard.origin.replace('http', 'ws')}${path}`, { headers });
  return new Promise((resolve) => {
    socket.on('open', () => {
      socket.terminate();
      resolve('open');
    });
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => resolve(0));
  });
}

describe('the headless dashboard', () => {
  it('listens on loopback alone and prints an address with its token in the fragment', () => {
    const url = new URL(dashboard.url);
    expect(url.hostname).toBe('127.0.0.1');
    expect(url.hash).toMatch(/^#token=[\w-]{43}$/);
    expect(url.search).toBe('');
  });

  it('serves the page with a strict policy and without any CORS header', async () => {
    const page = await ask('/');
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.headers['content-security-policy']).not.toContain('unsafe');
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    expect(Object.keys(page.headers).filter((name) => name.startsWith('access-control'))).toEqual(
      [],
    );
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..%2f..%2fetc%2fpasswd',
    '/..\\..\\etc\\passwd',
    '/index.html%00.png',
    '/%',
    '//etc/passwd',
    '/secret.txt',
    '/link.json',
  ])('does not serve %s', async (path) => {
    expect((await ask(path)).status).toBe(404);
  });

  it('answers no other name than its own address (DNS rebinding)', async () => {
    const { port } = new URL(dashboard.origin);
    for (const host of [`evil.example:${port}`, `localhost:${port}`, '127.0.0.1']) {
      expect((await ask('/', { host })).status, host).toBe(421);
      expect(await wire({ host, authorization: `Bearer ${dashboard.token}` })).toBe(403);
    }
  });

  it('opens a session for the right token and the own origin, as a cookie no script can read', async () => {
    const right = { origin: dashboard.origin, authorization: `Bearer ${dashboard.token}` };
    const session = await ask('/session', right, 'POST');
    expect(session.status).toBe(204);
    expect(String(session.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict/);
    const strangers = [
      { origin: 'http://evil.example', authorization: `Bearer ${dashboard.token}` },
      { origin: dashboard.origin, authorization: 'Bearer wrong' },
      { authorization: `Bearer ${dashboard.token}` },
      {},
    ];
    for (const headers of strangers) {
      expect((await ask('/session', headers, 'POST')).status).toBe(403);
    }
  });

  it('opens the wire for its page and for the command line, for nobody else', async () => {
    const cookie = `offpeak-session=${dashboard.token}`;
    expect(await wire({ origin: dashboard.origin, cookie })).toBe('open');
    expect(await wire({ authorization: `Bearer ${dashboard.token}` })).toBe('open');
    expect(await wire({ origin: 'http://evil.example', cookie })).toBe(403);
    expect(await wire({ cookie })).toBe(403);
    expect(await wire({ origin: dashboard.origin })).toBe(403);
    expect(await wire({ origin: dashboard.origin, cookie: 'offpeak-session=no' })).toBe(403);
    expect(await wire({ authorization: `Bearer ${dashboard.token}` }, '/other')).toBe(403);
  });

  it('accepts no other method', async () => {
    expect((await ask('/', {}, 'DELETE')).status).toBe(405);
    expect((await ask('/', {}, 'POST')).status).toBe(405);
  });

  it('drops a wire that sends more than a message may hold', async () => {
    const socket = new WebSocket(`${dashboard.origin.replace('http', 'ws')}/wire`, {
      headers: { authorization: `Bearer ${dashboard.token}` },
    });
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    socket.on('open', () => socket.send('x'.repeat(10_000_000)));
    socket.on('error', () => undefined);
    expect(await closed).toBe(1009);
    expect((await ask('/')).status).toBe(200);
  });

  it('says so when its port is taken', async () => {
    const port = Number(new URL(dashboard.origin).port);
    await expect(serveHttp(scriptedHost(), { folder, port })).rejects.toMatchObject({
      code: 'serve.port-in-use',
      message: expect.stringContaining(String(port)) as string,
    });
  });
});
