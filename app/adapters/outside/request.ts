import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { AddressPolicy } from './addresses.ts';
import { guardedBody } from './body.ts';
import { OutsideFault } from './faults.ts';
import { sendHop, type Hop } from './hop.ts';
import type { Resolve } from './lookup.ts';

/** How a request is sent; all but the address may be left out. */
export interface OutsideOptions extends AddressPolicy {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT';
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
  /** Most bytes of the answer's body; unlimited for a file whose size the reader checks. */
  readonly maxBytes?: number;
  /** Longest wait for the headers of each answer. */
  readonly answerMs?: number;
  /** Longest wait for the next bytes of the body. */
  readonly idleMs?: number;
  /** How names become addresses; for tests. */
  readonly resolve?: Resolve;
}

export interface OutsideAnswer {
  readonly status: number;
  /** Names in lower case; several of one name are joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes; must be read or destroyed. */
  readonly body: Readable;
}

/** Enough for the chains of hubs and their delivery networks, too few for a loop. */
const MAX_REDIRECTS = 5;
const ANSWER_MS = 30_000;
const IDLE_MS = 30_000;
const USER_AGENT = 'Offpeak';

/** What another host may see of a redirected request: nothing that could be a secret. */
const HARMLESS_HEADERS = ['accept', 'range', 'if-range'];

/**
 * A request to an address that a stranger chose. It reaches the public internet alone, never this
 * computer or its network, whatever names and redirects lead to; secrets in headers stay with the
 * first host. A status of 400 and more is an answer, not an error. Throws OutsideFault.
 */
export async function outsideRequest(
  address: string,
  options: OutsideOptions = {},
): Promise<OutsideAnswer> {
  const { signal, resolve, answerMs = ANSWER_MS, allowLoopback = false } = options;
  const policy = { allowLoopback };
  const setting = { policy, answerMs, resolve, signal };
  let hop = firstHop(address, options);
  for (let redirects = 0; ; redirects += 1) {
    const answer = await sendHop(hop, setting);
    const next = nextHop(hop, answer);
    if (next === null) return answered(hop, answer, options);
    answer.destroy();
    if (next instanceof OutsideFault) throw next;
    if (redirects === MAX_REDIRECTS) throw new OutsideFault('redirect', hop.url.hostname);
    hop = next;
  }
}

function firstHop(address: string, { method, headers, body }: OutsideOptions): Hop {
  const url = URL.parse(address);
  if (url === null) throw new OutsideFault('bad-address', '');
  return { url, method: method ?? 'GET', headers: usual(headers ?? {}), body: body ?? null };
}

/** The request that a redirect asks for; null when the answer is none. */
function nextHop(hop: Hop, { statusCode, headers }: IncomingMessage): Hop | OutsideFault | null {
  if (![301, 302, 303, 307, 308].includes(statusCode ?? 0)) return null;
  const url = headers.location === undefined ? null : URL.parse(headers.location, hop.url.href);
  if (url === null) return null;
  const isDowngrade = hop.url.protocol === 'https:' && url.protocol !== 'https:';
  const sameHost = url.origin === hop.url.origin;
  // RFC 9110, section 15.4: 307 and 308 repeat the request, the others ask for the answer with GET.
  const repeats = statusCode === 307 || statusCode === 308 || hop.method === 'HEAD';
  const body = repeats ? hop.body : null;
  if (isDowngrade || (body !== null && !sameHost)) {
    return new OutsideFault('redirect', hop.url.hostname);
  }
  const harmless = Object.entries(hop.headers).filter(([name]) => HARMLESS_HEADERS.includes(name));
  return {
    url,
    method: repeats ? hop.method : 'GET',
    headers: sameHost ? hop.headers : usual(Object.fromEntries(harmless)),
    body,
  };
}

function usual(headers: Readonly<Record<string, string>>): Record<string, string> {
  // Compressed bytes have other lengths and ranges than the file that was asked for.
  return { 'user-agent': USER_AGENT, 'accept-encoding': 'identity', ...headers };
}

function answered(hop: Hop, answer: IncomingMessage, options: OutsideOptions): OutsideAnswer {
  const { maxBytes = Number.POSITIVE_INFINITY, idleMs = IDLE_MS, signal } = options;
  const headers = Object.entries(answer.headersDistinct).map(
    ([name, values]) => [name, (values ?? []).join(', ')] as const,
  );
  return {
    status: answer.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    body: guardedBody(answer, { host: hop.url.hostname, idleMs, maxBytes, signal }),
  };
}
