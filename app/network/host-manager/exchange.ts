import type { z } from 'zod';
import { OffpeakError } from '../../contract/errors.ts';
import type { Clock } from './clock.ts';

/** How long one attempt may take, its body included. */
const DEADLINE_MS = 20_000;
/** A list of all markets has tens of kilobytes; a benchmark's definition about as much. */
const MAX_ANSWER_BYTES = 2 * 1024 * 1024;
/** Waits between attempts, as the network's own host has them (nosana-node, retryFetch.ts). */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 16_000];
/** More patience than this is the caller's, who shows it. */
const LONGEST_RETRY_AFTER_MS = 60_000;
/** The body of a 503 by which the servers say it (nosana-node, maintenanceState.ts). */
const MAINTENANCE_TEXT = 'under maintenance';

/** One request, as data. */
export interface Ask {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** With our signature; some routes are public. */
  readonly signed: boolean;
  /** False for what must not happen twice: one attempt, whatever comes. */
  readonly repeatable?: boolean;
  /** The caller reads also what stands in a "too many requests". */
  readonly reads429?: boolean;
  readonly signal: AbortSignal;
}

/** What came back, whatever its status. */
export interface RawAnswer {
  readonly status: number;
  readonly text: string;
}

export interface ExchangeOptions {
  /** http or https. */
  readonly baseUrl: string;
  /** The value of the authorization header. */
  readonly authorization: () => Promise<string>;
  readonly clock: Clock;
  readonly deadlineMs?: number;
}

/** Sends requests to one host manager; messages never carry headers, bodies or queries. */
export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #base: string;
  /** UTC ms; until then the server wants to be left alone. */
  #quietUntil = 0;

  /** Throws `network.host-manager-unreachable` where the address is none of the web. */
  constructor(options: ExchangeOptions) {
    this.#options = options;
    const url = URL.parse(options.baseUrl);
    if (url === null || !/^https?:$/.test(url.protocol)) {
      const message = 'The address of the host manager is not a web address.';
      throw new OffpeakError('network.host-manager-unreachable', { message });
    }
    this.#base = options.baseUrl.replace(/\/+$/, '');
  }

  /** The answer's JSON; throws `network.host-manager-…`. */
  async json<T>(ask: Ask, schema: z.ZodType<T>): Promise<T> {
    const answer = await this.raw(ask);
    if (answer.status < 200 || answer.status > 299) throw refusal(answer.status);
    return readJson(answer.text, schema);
  }

  /**
   * Asks again where the network fails or the server asks for patience. Throws
   * `network.host-manager-…` for these and for maintenance; other statuses are the caller's.
   */
  async raw(ask: Ask): Promise<RawAnswer> {
    const { clock } = this.#options;
    const pauses = ask.repeatable === false ? [] : PAUSES_MS;
    for (let attempt = 0; ; attempt++) {
      ask.signal.throwIfAborted();
      await this.#keepQuiet(ask);
      const result = await this.#once(ask).catch((error: unknown) => {
        ask.signal.throwIfAborted();
        return failure(error);
      });
      if (!(result instanceof OffpeakError)) return result;
      const pauseMs = pauses[attempt];
      if (pauseMs === undefined || !isPassing(result)) throw result;
      await clock.sleep(pauseMs, ask.signal);
    }
  }

  /** Waits as long as the server asked for; throws where that is too long to wait here. */
  async #keepQuiet(ask: Ask): Promise<void> {
    const { clock } = this.#options;
    const leftMs = this.#quietUntil - clock.now();
    if (leftMs <= 0) return;
    if (leftMs > LONGEST_RETRY_AFTER_MS || ask.repeatable === false) {
      throw new OffpeakError('network.host-manager-rate-limited');
    }
    await clock.sleep(leftMs, ask.signal);
  }

  async #once(ask: Ask): Promise<RawAnswer> {
    const { authorization, clock, deadlineMs = DEADLINE_MS } = this.#options;
    const query = new URLSearchParams(ask.query ?? {}).toString();
    const response = await fetch(`${this.#base}${ask.path}${query === '' ? '' : `?${query}`}`, {
      method: ask.method,
      headers: {
        accept: 'application/json',
        ...(ask.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(ask.signed ? { authorization: await authorization() } : {}),
      },
      body: ask.body === undefined ? null : JSON.stringify(ask.body),
      // A signature that never expires must not follow a redirect to somebody else.
      redirect: 'manual',
      signal: AbortSignal.any([ask.signal, AbortSignal.timeout(deadlineMs)]),
    });
    const { status } = response;
    const text = await readText(response);
    if (status === 429) {
      const now = clock.now();
      this.#quietUntil = now + retryAfterMs(response.headers.get('retry-after'), now);
      if (ask.reads429 !== true) throw new OffpeakError('network.host-manager-rate-limited');
    }
    if (status === 503 && text.trim().toLowerCase() === MAINTENANCE_TEXT) {
      throw new OffpeakError('network.host-manager-maintenance');
    }
    return { status, text };
  }
}

/** Asking again at once may help. */
function isPassing({ code }: OffpeakError): boolean {
  return (
    code === 'network.host-manager-unreachable' ||
    code === 'network.host-manager-timed-out' ||
    code === 'network.host-manager-rate-limited'
  );
}

/** Reads JSON of a shape; the problem says nothing of what was read. */
export function readJson<T>(text: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new OffpeakError('network.host-manager-unreadable');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  // The place is ours to name; the value may be a secret.
  const where = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
  const message = `The network's host manager sent an answer that cannot be read${where === '' ? '' : ` (${where})`}.`;
  throw new OffpeakError('network.host-manager-unreadable', { message });
}

/** What a status outside 200-299 means. */
export function refusal(status: number): OffpeakError {
  if (status === 429) return new OffpeakError('network.host-manager-rate-limited');
  if (status >= 500) {
    const message = `The network's host manager has a fault of its own (HTTP ${status}).`;
    return new OffpeakError('network.host-manager-failed', { message });
  }
  const message = `The network's host manager refused the request (HTTP ${status}).`;
  return new OffpeakError('network.host-manager-refused', { message });
}

function failure(error: unknown): OffpeakError {
  if (error instanceof OffpeakError) return error;
  const isLate = error instanceof Error && ['TimeoutError', 'AbortError'].includes(error.name);
  return new OffpeakError(
    isLate ? 'network.host-manager-timed-out' : 'network.host-manager-unreachable',
    { cause: error },
  );
}

/** What is beyond the limit is never held in memory. */
async function readText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let left = MAX_ANSWER_BYTES;
  for await (const chunk of response.body ?? []) {
    const part: unknown = chunk;
    if (!(part instanceof Uint8Array)) break;
    left -= part.length;
    if (left < 0) {
      const message = "The network's host manager sent an answer that is too large.";
      throw new OffpeakError('network.host-manager-unreadable', { message });
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** RFC 9110, section 10.2.3: seconds, or a date. */
function retryAfterMs(header: string | null, now: number): number {
  if (header === null) return 0;
  if (/^\d+(\.\d+)?$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? 0 : Math.max(0, at - now);
}
