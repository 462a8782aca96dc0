import type { ServerResponse } from 'node:http';

/** An answer of the door; its body is JSON. */
export interface Reply {
  readonly status: number;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Hears whether all of it was handed over, once the answer has ended either way. */
  readonly end?: (isReceived: boolean) => void;
}

/** An answer with a value. */
export function answer(value: string | object, status = 200): Reply {
  return { status, body: JSON.stringify(value) };
}

/** An answer that says in a sentence why there is no better one. */
export function refusal(
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
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
export function send(response: ServerResponse, reply: Reply, deadlineMs: number): void {
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
