import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { VisitorServer } from '../adapters/web-socket-server.ts';
import { toErrorReport } from '../contract/errors.ts';
import type { Log } from '../contract/log.ts';
import { readJsonBody } from './body.ts';
import { openEventStream } from './event-stream.ts';
import { Gate } from './gate.ts';
import { USUAL_LIMITS, type OwnerApiLimits } from './limits.ts';
import type { Verify } from './owner-check.ts';
import { refusal, send, type Reply } from './reply.ts';
import type { House, Route } from './route.ts';
import { match, type Match } from './routes.ts';
import { Seats } from './seats.ts';
import { Sockets } from './sockets.ts';

export interface OwnerApiOptions extends Pick<House, 'door' | 'address' | 'nodeInfo'> {
  readonly verify: Verify;
  readonly log: Log;
  /** UTC ms. */
  readonly now?: () => number;
  readonly limits?: Partial<OwnerApiLimits>;
}

type Found = Extract<Match, { readonly found: true }>;
type OwnersRoute = Extract<Route, { readonly access: 'owner' }>;

const GONE = refusal(400, 'The request was broken off.');
const SLOWER = refusal(429, 'Too many requests. Come back later.', { 'retry-after': '5' });
const NO_SEAT = refusal(429, 'Too many streams are open.', { 'retry-after': '30' });
const MAX_HEADER_BYTES = 16 * 1024;
/** Node looks for late requests so often at most. */
const CHECK_MS = 5_000;

/**
 * The door through which the owner of a job reaches this host, with the routes of the network's own
 * node API. It listens on loopback alone; whatever publishes it comes to it there. What is asked is
 * never logged: headers are as good as keys, bodies are confidential.
 */
export class OwnerApi {
  readonly #house: House;
  readonly #log: Log;
  readonly #limits: OwnerApiLimits;
  readonly #gate: Gate;
  readonly #seats: Seats;
  readonly #server: Server;
  readonly #visitors: VisitorServer;

  constructor(options: OwnerApiOptions) {
    const { door, address, nodeInfo, verify, log, now = Date.now } = options;
    this.#log = log;
    this.#limits = { ...USUAL_LIMITS, ...options.limits };
    const { headersMs, requestMs, connections, paceMs, streams, streamsOfJob } = this.#limits;
    this.#house = { door, address, nodeInfo, paceMs };
    this.#gate = new Gate(door, verify, now);
    this.#seats = new Seats(streams, streamsOfJob);
    this.#visitors = new VisitorServer(this.#limits.frameBytes);
    this.#server = createServer(
      {
        maxHeaderSize: MAX_HEADER_BYTES,
        headersTimeout: headersMs,
        requestTimeout: requestMs,
        connectionsCheckingInterval: Math.min(CHECK_MS, headersMs),
        // Some clients offer to speak HTTP/2: they are answered as if they had not.
        shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
      },
      (request, response) => void this.#serve(request, response),
    );
    this.#server.maxConnections = connections;
    const sockets = new Sockets({
      house: this.#house,
      gate: this.#gate,
      seats: this.#seats,
      limits: this.#limits,
      failed: (error) => this.#failed(error),
    });
    this.#server.on('upgrade', (request, socket, head: Buffer) => {
      const source = sourceOf(request);
      const isRoot = request.url?.split('?')[0] === '/';
      if (!isRoot || !this.#gate.admitsStranger(source)) socket.destroy();
      else this.#visitors.take({ request, socket, head }, (one) => sockets.receive(one, source));
    });
  }

  /** Opens the door; returns the port, a free one. */
  start(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', () => {
        const address = this.#server.address();
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new Error('The door has no port.'));
      });
    });
  }

  /** Closes the door on everybody at once; harmless when it was never opened. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
      this.#visitors.close();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = await this.#replyTo(request, response).catch((error: unknown) => {
      // Who hangs up in the middle of a request hears nothing more.
      if (response.destroyed) return GONE;
      this.#failed(error);
      return refusal(503, 'This host could not do it now. Try again.');
    });
    if ('body' in reply) send(response, reply, this.#limits.answerMs);
    else if (!response.destroyed) openEventStream(response, this.#limits, reply.feed);
  }

  async #replyTo(request: IncomingMessage, response: ServerResponse): Promise<Reply> {
    const found = match(request.method ?? '', request.url ?? '');
    const isOfOwner = found.found && found.route.access === 'owner';
    if (!isOfOwner && !this.#gate.admitsStranger(sourceOf(request))) return SLOWER;
    if (!found.found) return found.reply;
    const { route } = found;
    if (route.access === 'anybody') return route.answer(this.#house);
    return this.#replyToOwner({ request, response }, found, route);
  }

  /** Nothing is read of a visitor who is not the owner. */
  async #replyToOwner(
    { request, response }: { request: IncomingMessage; response: ServerResponse },
    { job, group, operation, query }: Found,
    route: OwnersRoute,
  ): Promise<Reply> {
    const header = request.headers.authorization;
    const { changes } = route;
    const admission = this.#gate.admitOwner({ job, header, source: sourceOf(request), changes });
    if (!admission.ok) {
      return admission.status === 429 ? SLOWER : refusal(admission.status, admission.why);
    }
    const wantsStream = isStream(request, route);
    const leave = wantsStream ? this.#seats.take(job) : null;
    if (wantsStream && leave === null) return NO_SEAT;
    if (leave !== null) response.once('close', leave);
    const body = route.takesBody
      ? await readJsonBody(request, this.#limits.bodyBytes)
      : ({ ok: true, text: '' } as const);
    if (!body.ok) return body.reply;
    const visit = { job, group, operation, query, body: body.text, wantsStream };
    const reply = await route.answer(this.#house, visit);
    return changes ? spending(reply, admission.spend) : reply;
  }

  /** Most likely the journal could not be written; a visitor hears no more than that. */
  #failed(error: unknown): void {
    const { code } = toErrorReport(error);
    this.#log('warn', "a request at the owner's door failed", { code });
  }
}

/** Clients send one header again and again until it is taken: only then it is used up. */
function spending(reply: Reply, spend: () => void): Reply {
  if (!('body' in reply) || reply.status >= 400) return reply;
  if (reply.end === undefined) spend();
  const end = (isReceived: boolean): void => {
    if (isReceived) spend();
    reply.end?.(isReceived);
  };
  return { ...reply, end };
}

function isStream(request: IncomingMessage, { streams }: OwnersRoute): boolean {
  if (streams === undefined) return false;
  return streams === 'always' || (request.headers.accept ?? '').includes('text/event-stream');
}

function sourceOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? '';
}
