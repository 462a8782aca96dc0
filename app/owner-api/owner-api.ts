import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { toErrorReport } from '../contract/errors.ts';
import type { Log } from '../contract/log.ts';
import type { JobDoor } from '../jobs/door-ports.ts';
import { readJsonBody } from './body.ts';
import { OwnerCheck, type Verify } from './owner-check.ts';
import { refusal, send, type Reply } from './reply.ts';
import { match, type Route } from './routes.ts';

export interface OwnerApiOptions {
  readonly door: JobDoor;
  /** Address of this host. */
  readonly address: string;
  readonly verify: Verify;
  readonly log: Log;
  /** UTC ms. */
  readonly now?: () => number;
  readonly limits?: Partial<OwnerApiLimits>;
}

/** What one visitor may take up. */
export interface OwnerApiLimits {
  readonly bodyBytes: number;
  /** Until the headers of a request are there. */
  readonly headersMs: number;
  /** Until all of a request is there. */
  readonly requestMs: number;
  readonly answerMs: number;
  readonly connections: number;
}

const LIMITS: OwnerApiLimits = {
  bodyBytes: 1024 * 1024,
  headersMs: 10_000,
  requestMs: 30_000,
  answerMs: 120_000,
  connections: 64,
};
const GONE = refusal(400, 'The request was broken off.');
const MAX_HEADER_BYTES = 16 * 1024;
/** Node looks for late requests so often at most. */
const CHECK_MS = 5_000;

/**
 * The door through which the owner of a job reaches this host, with the routes of the network's own
 * node API. It listens on loopback alone; whatever publishes it comes to it there. What is asked is
 * never logged: headers are as good as keys, bodies are confidential.
 */
export class OwnerApi {
  readonly #options: OwnerApiOptions;
  readonly #limits: OwnerApiLimits;
  readonly #check: OwnerCheck;
  readonly #server: Server;

  constructor(options: OwnerApiOptions) {
    this.#options = options;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#check = new OwnerCheck(options.verify, options.now ?? Date.now);
    const { headersMs, requestMs, connections } = this.#limits;
    this.#server = createServer(
      {
        maxHeaderSize: MAX_HEADER_BYTES,
        headersTimeout: headersMs,
        requestTimeout: requestMs,
        connectionsCheckingInterval: Math.min(CHECK_MS, headersMs),
      },
      (request, response) => void this.#serve(request, response),
    );
    this.#server.maxConnections = connections;
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
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = await this.#replyTo(request).catch((error: unknown) => {
      // Who hangs up in the middle of a request hears nothing more.
      return response.destroyed ? GONE : this.#failed(error);
    });
    send(response, reply, this.#limits.answerMs);
  }

  async #replyTo(request: IncomingMessage): Promise<Reply> {
    const found = match(request.method ?? '', request.url ?? '');
    if (!found.found) return found.reply;
    const { route, job } = found;
    if (route.access === 'anybody') return route.answer(this.#options);
    return this.#replyToOwner(request, route, job);
  }

  /** Nothing is read of a visitor who is not the owner. */
  async #replyToOwner(
    request: IncomingMessage,
    route: Extract<Route, { access: 'owner' }>,
    job: string,
  ): Promise<Reply> {
    const { door } = this.#options;
    const owner = door.ownerOf(job);
    if (owner === null) return refusal(404, 'This host does not work on this job.');
    const checked = this.#check.check(request.headers.authorization, owner);
    if (!checked.ok) return refusal(401, checked.why);
    const body =
      route.method === 'GET'
        ? ({ ok: true, text: '' } as const)
        : await readJsonBody(request, this.#limits.bodyBytes);
    if (!body.ok) return body.reply;
    const reply = route.answer(this.#options, { job, body: body.text });
    if (!route.changes || reply.status >= 400) return reply;
    // Clients send one header again and again until it is taken: only then it is used up.
    if (reply.end === undefined) checked.spend();
    const end = (isReceived: boolean): void => {
      if (isReceived) checked.spend();
      reply.end?.(isReceived);
    };
    return { ...reply, end };
  }

  /** Most likely the journal could not be written; a visitor hears no more than that. */
  #failed(error: unknown): Reply {
    const { code } = toErrorReport(error);
    this.#options.log('warn', "a request at the owner's door failed", { code });
    return refusal(503, 'This host could not do it now. Try again.');
  }
}
