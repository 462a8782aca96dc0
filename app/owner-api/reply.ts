import type { ServerResponse } from 'node:http';
import type { EventStream } from './event-stream.ts';

/** An answer of the door: JSON, or events for as long as somebody listens. */
export type Reply = Whole | Stream;

interface Whole {
  readonly status: number;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Hears whether all of it was handed over, once the answer has ended either way. */
  readonly end?: (isReceived: boolean) => void;
}

interface Stream {
  readonly status: 200;
  /** Sends into the stream; returns its stop. */
  readonly feed: (out: EventStream) => () => void;
}

/** An answer with a value. */
export function answer(value: string | object, status = 200): Whole {
  return { status, body: JSON.stringify(value) };
}

/** An answer that says in a sentence why there is no better one. */
export function refusal(
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): Whole {
  return { ...answer({ error }, status), headers };
}

/** No CORS header: pages of other sites cannot read what the door says. */
const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * Sends an answer, for at most `deadlineMs`: whoever reads one byte a minute must not hold up the
 * job whose result it is. A request that was refused ends its connection, with what it still sends.
 */
export function send(response: ServerResponse, reply: Whole, deadlineMs: number): void {
  const { status, body, headers, end } = reply;
  if (response.destroyed) {
    end?.(false);
    return;
  }
  const late = setTimeout(() => response.destroy(), deadlineMs);
  response.once('close', () => {
    clearTimeout(late);
    end?.(response.writableFinished);
  });
  const ending = status < 400 ? {} : { connection: 'close' };
  const length = { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...HEADERS, ...headers, ...ending, ...length }).end(body);
}
