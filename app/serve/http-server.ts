import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { OffpeakError } from '../contract/errors.ts';
import { MAX_MESSAGE_BYTES } from '../contract/wire.ts';
import { readStatic } from './static-files.ts';
import { type ServedHost, serveView } from './view.ts';
import { webPolicy } from './web-policy.ts';
import { webSocketWire } from './web-socket-wire.ts';

/** A running dashboard. */
export interface HttpDashboard {
  /** The address to open; the token stands in the fragment, which no server or proxy ever sees. */
  readonly url: string;
  readonly origin: string;
  readonly token: string;
  close(): Promise<void>;
}

const COOKIE = 'offpeak-session';

/**
 * Serves the interface and its wire on the loopback address alone. Every request must name that
 * address as its Host (against DNS rebinding), the wire needs the right Origin and the token, and
 * no CORS header is ever sent. Throws `serve.port-in-use`.
 */
export async function serveHttp(
  host: ServedHost,
  options: { folder: string; port: number },
): Promise<HttpDashboard> {
  const token = randomBytes(32).toString('base64url');
  let origin = '';
  const server = createServer((request, response) => {
    void respond(request, response, { origin, token, folder: options.folder });
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  server.on('upgrade', (request, socket: Socket, head) => {
    if (!mayConnect(request, origin, token)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      serveView(host, webSocketWire(webSocket));
    });
  });
  await listen(server, options.port);
  // listen() with a port always yields an AddressInfo; a string is for pipes.
  const { port } = server.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;
  return {
    url: `${origin}/#token=${token}`,
    origin,
    token,
    async close() {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new OffpeakError('serve.port-in-use', { message: `Port ${port} is already in use.` })
          : error,
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  site: { origin: string; token: string; folder: string },
): Promise<void> {
  const reply = (status: number, headers: Record<string, string>, body?: Buffer | string) => {
    response.writeHead(status, { ...webPolicy, ...headers }).end(body);
  };
  if (`http://${request.headers.host ?? ''}` !== site.origin) {
    reply(421, {});
    return;
  }
  const path = new URL(request.url ?? '/', site.origin).pathname;
  if (request.method === 'POST' && path === '/session') {
    // The page trades the token of its address for a cookie that scripts cannot read.
    if (!sameOrigin(request, site.origin) || !bearer(request, site.token)) {
      reply(403, {});
      return;
    }
    const cookie = `${COOKIE}=${site.token}; HttpOnly; SameSite=Strict; Path=/`;
    reply(204, { 'set-cookie': cookie });
    return;
  }
  if (request.method !== 'GET') {
    reply(405, { allow: 'GET' });
    return;
  }
  const file = await readStatic(site.folder, path);
  if (!file) {
    reply(404, { 'content-type': 'text/plain' }, 'Not found');
    return;
  }
  reply(200, { 'content-type': file.type, 'cache-control': 'no-cache' }, file.body);
}

function mayConnect(request: IncomingMessage, origin: string, token: string): boolean {
  if (`http://${request.headers.host ?? ''}` !== origin) return false;
  if (new URL(request.url ?? '/', origin).pathname !== '/wire') return false;
  // A browser always sends Origin; the command line sends the token as a bearer instead.
  if (bearer(request, token)) return true;
  return sameOrigin(request, origin) && equal(cookie(request), token);
}

function sameOrigin(request: IncomingMessage, origin: string): boolean {
  return request.headers.origin === origin;
}

function bearer(request: IncomingMessage, token: string): boolean {
  return equal(request.headers.authorization?.replace(/^Bearer /, '') ?? '', token);
}

function cookie(request: IncomingMessage): string {
  const pairs = (request.headers.cookie ?? '').split(/; */);
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1) ?? '';
}

// Hashing first makes lengths equal, which timingSafeEqual demands.
function equal(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
