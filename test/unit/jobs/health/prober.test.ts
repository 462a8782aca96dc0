import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
} from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { urlOf } from '../../../../app/jobs/health/address.ts';
import type { HealthCheck } from '../../../../app/jobs/health/health.ts';
import { systemProber } from '../../../../app/jobs/health/prober.ts';
import type { Endpoint } from '../../../../app/jobs/ports.ts';

/* Against real servers on loopback, as strangers may write them. */

const http = {
  type: 'http',
  path: '/health',
  method: 'GET',
  expected_status: 200,
  continuous: false,
} as const;
const webSocket = { type: 'websocket', expected_response: 'ready', continuous: false } as const;

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listen(server: Server | TcpServer): Promise<Endpoint> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

async function serve(answer: RequestListener): Promise<Endpoint> {
  const server = createServer(answer);
  closing.push(() => server.closeAllConnections());
  return listen(server);
}

function probe(endpoint: Endpoint, check: HealthCheck, ms = 5000): Promise<boolean> {
  return systemProber.probe(endpoint, check, AbortSignal.timeout(ms));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString();
}

describe('an HTTP check', () => {
  it('passes for the expected status alone', async () => {
    const endpoint = await serve((_request, response) => response.writeHead(204).end());
    expect(await probe(endpoint, { ...http, expected_status: 204 })).toBe(true);
    expect(await probe(endpoint, http)).toBe(false);
  });

  it('asks with method, path, headers and body of the definition, and closes', async () => {
    const seen: unknown[] = [];
    const endpoint = await serve((request, response) => {
      void bodyOf(request).then((body) => {
        const { method, url, headers } = request;
        seen.push([
          method,
          url,
          headers['x-key'],
          headers['content-type'],
          headers.connection,
          body,
        ]);
        response.end();
      });
    });
    const headers = { 'X-Key': 'secret' };
    await probe(endpoint, { ...http, method: 'POST', path: '/a b?c=ü', headers, body: { a: [1] } });
    await probe(endpoint, { ...http, method: 'PUT', path: 'x', body: 'text' });
    expect(seen).toEqual([
      ['POST', '/a%20b?c=%C3%BC', 'secret', 'application/json', 'close', '{"a":[1]}'],
      ['PUT', '/x', undefined, undefined, 'close', 'text'],
    ]);
  });

  it('follows no redirect', async () => {
    let asked = 0;
    const endpoint = await serve((_request, response) => {
      asked += 1;
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(await probe(endpoint, http)).toBe(false);
    expect(await probe(endpoint, { ...http, expected_status: 302 })).toBe(true);
    expect(asked).toBe(2);
  });

  it('always asks the service itself, whatever its path says', async () => {
    const urls: (string | undefined)[] = [];
    const endpoint = await serve(({ url }, response) => {
      urls.push(url);
      response.end();
    });
    for (const path of ['//192.168.0.1/', 'http://192.168.0.1/', '@192.168.0.1']) {
      expect(await probe(endpoint, { ...http, path })).toBe(true);
    }
    expect(urls).toEqual(['//192.168.0.1/', '/http://192.168.0.1/', '/@192.168.0.1']);
  });

  it('does not read a body without end', async () => {
    let isClosed = false;
    const endpoint = await serve((_request, response) => {
      const timer = setInterval(() => response.write('x'.repeat(100_000)), 1);
      response.on('close', () => {
        isClosed = true;
        clearInterval(timer);
      });
    });
    expect(await probe(endpoint, http)).toBe(true);
    await expect.poll(() => isClosed).toBe(true);
  });

  it.each<[string, RequestListener]>([
    ['never answers', () => undefined],
    ['closes without an answer', (_request, response) => response.destroy()],
    [
      'says "continue" for ever',
      (_request, response) => void setInterval(() => response.writeContinue(), 5).unref(),
    ],
  ])('fails for a service that %s', async (_what, answer) => {
    await expect(probe(await serve(answer), http, 300)).rejects.toThrow();
  });

  it('fails for headers without end, for no HTTP at all, and where nobody listens', async () => {
    const endless = await listen(
      createTcpServer((socket) => {
        socket.on('error', () => undefined);
        socket.write('HTTP/1.1 200 OK\r\n');
        const timer = setInterval(() => socket.write(`x: ${'y'.repeat(5000)}\r\n`), 1);
        socket.on('close', () => clearInterval(timer));
      }),
    );
    await expect(probe(endless, http)).rejects.toThrow();
    const garbage = await listen(createTcpServer((socket) => void socket.end('SSH-2.0\r\n')));
    await expect(probe(garbage, http)).rejects.toThrow();
    await expect(probe({ host: '127.0.0.1', port: 1 }, http)).rejects.toThrow();
  });

  it('fails for a header that is none', async () => {
    const endpoint = await serve((_request, response) => response.end());
    await expect(probe(endpoint, { ...http, headers: { 'a\r\nb': 'c' } })).rejects.toThrow();
  });
});

describe('a WebSocket check', () => {
  async function talk(say: (send: (text: string) => void) => void): Promise<Endpoint> {
    const server = createServer();
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) => say((text) => socket.send(text)));
    closing.push(() => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
    });
    return listen(server);
  }

  it('asks the service of the container, and takes its first message', async () => {
    const endpoint = await talk((send) => {
      send('is ready now');
      send('something else');
    });
    expect(await probe(endpoint, webSocket)).toBe(true);
    expect(await probe(endpoint, { ...webSocket, expected_response: 'else' })).toBe(false);
  });

  it('fails for silence, for a message without bounds, and for a plain web server', async () => {
    await expect(probe(await talk(() => undefined), webSocket, 300)).rejects.toThrow();
    const huge = await talk((send) => send('ready'.repeat(200_000)));
    await expect(probe(huge, webSocket)).rejects.toThrow();
    const plain = await serve((_request, response) => response.end('ready'));
    await expect(probe(plain, webSocket)).rejects.toThrow();
  });
});

describe('the address that a person sees', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:8080'],
    ['::1', 'http://[::1]:8080'],
    ['192.168.0.7', null],
    ['127.0.0.1.evil.example', null],
    ['evil.example', null],
  ])('of %s is %s', (host, url) => {
    expect(urlOf({ host, port: 8080 })).toBe(url);
  });
});
