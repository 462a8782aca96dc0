import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Fault, FaultOrder, Faults } from './faults.ts';

/*
 * Part of Offpeak's stand-ins: the small HTTP server below them all. It plays no real service by
 * itself.
 */

/** What a route is asked. */
export interface StandInRequest {
  /** Values of the `:name` parts of the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What it answers; `json` and `bytes` exclude each other. */
export interface StandInReply {
  readonly status?: number;
  readonly json?: unknown;
  readonly bytes?: Uint8Array;
}

export type StandInRoute = (request: StandInRequest) => StandInReply | Promise<StandInReply>;

export interface StandInOptions {
  /** What it plays; every answer says it in the header `x-offpeak-stand-in`. */
  readonly name: string;
  /** By method and path, as `GET /nodes/:id`. The first that fits is taken. */
  readonly routes: Readonly<Record<string, StandInRoute>>;
  readonly faults?: Faults;
  /** Opens `POST` and `DELETE /stand-in/faults`: for tests alone. */
  readonly controls?: boolean;
  readonly maxBodyBytes?: number;
}

/** A running stand-in, on loopback. */
export interface StandInServer {
  readonly url: string;
  /** Every request, as `GET /nodes/abc`. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** A test looks at the latest; practice runs for days. */
const MOST_REQUESTS = 1_000;

/** Starts it on a free port of this computer. */
export async function startStandIn(options: StandInOptions): Promise<StandInServer> {
  const faults = options.faults ?? new Faults();
  const routes = { ...options.routes, ...(options.controls === true ? controls(faults) : {}) };
  const table = Object.entries(routes).map(([name, run]) => ({ name, run, ...pattern(name) }));
  const requests: string[] = [];
  const replays = new Replays();
  const server = createServer((request, response) => {
    response.setHeader('x-offpeak-stand-in', options.name);
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    if (requests.length > MOST_REQUESTS) requests.shift();
    const limit = options.maxBodyBytes ?? MAX_BODY_BYTES;
    answer({ table, faults, replays, limit }, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

interface Table {
  readonly table: readonly (ReturnType<typeof pattern> & {
    readonly name: string;
    readonly run: StandInRoute;
  })[];
  readonly faults: Faults;
  readonly replays: Replays;
  readonly limit: number;
}

async function answer(
  { table, faults, replays, limit }: Table,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://stand-in');
  const line = `${request.method ?? ''} ${url.pathname}`;
  const route = table.find(({ shape }) => shape.test(line));
  if (route === undefined) {
    send(response, { status: 404, json: { message: 'NotFound' } });
    return;
  }
  const body = await readBody(request, limit);
  if (body === null) {
    send(response, { status: 413, json: { message: 'too large' } });
    return;
  }
  const fault = route.name.includes(CONTROL_PATH) ? null : faults.take(route.name);
  if (fault?.kind === 'timeout') return;
  if (fault?.kind === 'dropped') return void request.socket.destroy();
  const matched = route.shape.exec(line)?.groups ?? {};
  const params = Object.fromEntries(
    Object.entries(matched).map(([name, value]) => [name, decodeURIComponent(value)]),
  );
  const { headers } = request;
  const reply = await route.run({ params, query: url.searchParams, headers, body });
  const asker = headers.authorization?.split(':')[0] ?? '';
  const others = replays.note(route.name, asker, reply);
  send(response, reply, { fault, others });
}

/** Answers with a reply, or with what a fault makes of it. */
function send(
  response: ServerResponse,
  reply: StandInReply,
  met: { fault: Fault | null; others: StandInReply | null } = { fault: null, others: null },
): void {
  const { fault, others } = met;
  if (fault === null) {
    write(response, reply);
    return;
  }
  switch (fault.kind) {
    case 'rate-limited':
      response.setHeader('retry-after', String(fault.retryAfterSeconds));
      write(response, { status: 429, json: { message: 'Too Many Requests' } });
      break;
    case 'maintenance':
      response.writeHead(503, { 'content-type': 'text/plain' }).end('under maintenance');
      break;
    case 'server-error':
      write(response, { status: 500, json: { message: 'Internal Server Error' } });
      break;
    case 'altered':
      write(response, { bytes: Buffer.from(fault.body) });
      break;
    case 'wrong-json': {
      const bytes = bytesOf(reply);
      write(response, { ...reply, bytes: bytes.subarray(0, Math.floor(bytes.length / 2)) });
      break;
    }
    case 'slow-body':
      trickle(response, reply, fault.byteEveryMs);
      break;
    case 'replayed':
      write(response, others ?? reply);
      break;
    case 'timeout':
    case 'dropped':
      break; // met before there was a reply
  }
}

function write(response: ServerResponse, reply: StandInReply): void {
  response.writeHead(reply.status ?? 200, { 'content-type': 'application/json' });
  response.end(bytesOf(reply));
}

function trickle(response: ServerResponse, reply: StandInReply, byteEveryMs: number): void {
  const bytes = bytesOf(reply);
  const headers = { 'content-type': 'application/json', 'content-length': bytes.length };
  response.writeHead(reply.status ?? 200, headers).flushHeaders();
  let at = 0;
  const timer = setInterval(() => {
    if (at >= bytes.length) response.end();
    else response.write(bytes.subarray(at, ++at));
  }, byteEveryMs);
  response.once('close', () => clearInterval(timer));
}

function bytesOf(reply: StandInReply): Buffer {
  if (reply.bytes !== undefined) return Buffer.from(reply.bytes);
  return reply.json === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(reply.json));
}

/** The last answers of each route, by who asked: what a replay is taken from. */
class Replays {
  readonly #last = new Map<string, Map<string, StandInReply>>();

  /** Keeps this answer; returns the latest one that somebody else got. */
  note(route: string, asker: string, reply: StandInReply): StandInReply | null {
    const known = this.#last.get(route) ?? new Map<string, StandInReply>();
    this.#last.set(route, known);
    known.delete(asker);
    known.set(asker, reply);
    const others = [...known].filter(([who]) => who !== asker);
    return others.at(-1)?.[1] ?? null;
  }
}

const CONTROL_PATH = '/stand-in/faults';

/** A fault by JSON, for tests that reach a stand-in in another process. */
function controls(faults: Faults): Record<string, StandInRoute> {
  return {
    [`POST ${CONTROL_PATH}`]: ({ body }) => {
      const order = FaultOrder.safeParse(parseJson(body));
      if (!order.success) return { status: 400, json: { message: 'not a fault' } };
      faults.set(order.data);
      return { json: { set: true } };
    },
    [`DELETE ${CONTROL_PATH}`]: ({ query }) => {
      faults.lift(query.get('route') ?? undefined);
      return { json: { lifted: true } };
    },
  };
}

/** The bytes as JSON; null where they are none. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null;
  }
}

function pattern(route: string): { readonly shape: RegExp } {
  const [method = '', path = ''] = route.split(' ');
  const parts = path
    .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/:(\w+)/g, '(?<$1>[^/]+)');
  return { shape: new RegExp(`^${method} ${parts}$`) };
}

async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request) {
    if (!Buffer.isBuffer(piece)) return null;
    bytes += piece.length;
    if (bytes > limit) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
