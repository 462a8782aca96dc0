import { randomBytes } from 'node:crypto';
import {
  Agent as PlainAgent,
  request as plainRequest,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as SecuredAgent, request as securedRequest } from 'node:https';
import { OffpeakError } from '../contract/errors.ts';

/** Told how many more bytes have come. */
export type OnBytes = (bytes: number) => void;

/**
 * A server that gives and takes any number of bytes, to measure a connection against. All reject with
 * `readiness.speed-…`, or with the signal's reason.
 */
export interface SpeedServer {
  /** Milliseconds until the first byte of an empty answer; the first time also connects. */
  ping(signal: AbortSignal): Promise<number>;
  download(bytes: number, onBytes: OnBytes, signal: AbortSignal): Promise<void>;
  /**
   * Resolves when the server has said that it got them all: what has only left this program may be
   * in buffers of the system, some megabytes for each connection.
   */
  upload(bytes: number, signal: AbortSignal): Promise<void>;
  /** Ends all connections. */
  close(): void;
}

/** Longest silence of a connection; callers have deadlines of their own, which are shorter. */
const IDLE_MS = 10_000;
/** Answers that carry no measured bytes are empty or nearly so. */
const MAX_ANSWER_BYTES = 64 * 1024;
const PIECE_BYTES = 64 * 1024;

/**
 * A server with the two addresses of Cloudflare's, which its documentation names for clients
 * (github.com/cloudflare/speedtest, README: `GET /__down?bytes=N` and `POST /__up`). The owner named it, so
 * that it may be anywhere, the own network included; redirects are not followed.
 */
export function openSpeedServer(base: URL): SpeedServer {
  const secured = base.protocol === 'https:';
  const options = { keepAlive: true };
  const agent = secured ? new SecuredAgent(options) : new PlainAgent(options);
  const exchange = (plan: Plan): Promise<void> => exchangeOnce(base, agent, plan);
  return {
    async ping(signal) {
      const began = performance.now();
      let firstByteMs = 0;
      const onHead = (): void => {
        firstByteMs = performance.now() - began;
      };
      await exchange({ path: '__down?bytes=0', uploadBytes: null, answer: null, onHead, signal });
      return firstByteMs;
    },
    download: (bytes, onBytes, signal) => {
      const answer = { bytes, onBytes };
      return exchange({ path: `__down?bytes=${bytes}`, uploadBytes: null, answer, signal });
    },
    upload: (bytes, signal) => exchange({ path: '__up', uploadBytes: bytes, answer: null, signal }),
    close: () => agent.destroy(),
  };
}

interface Counted {
  readonly bytes: number;
  readonly onBytes: OnBytes;
}

interface Plan {
  /** Below the base. */
  readonly path: string;
  /** Null: nothing is sent. */
  readonly uploadBytes: number | null;
  /** Null: the answer is read and does not count. */
  readonly answer: Counted | null;
  readonly onHead?: () => void;
  readonly signal: AbortSignal;
}

function exchangeOnce(base: URL, agent: PlainAgent, plan: Plan): Promise<void> {
  const { uploadBytes, signal } = plan;
  if (signal.aborted) return Promise.reject(toError(signal.reason));
  return new Promise((resolve, reject) => {
    const send = base.protocol === 'https:' ? securedRequest : plainRequest;
    const request = send(new URL(plan.path, base), {
      method: uploadBytes === null ? 'GET' : 'POST',
      headers: {
        'user-agent': 'Offpeak',
        // Compressed bytes would be counted for less than they are.
        'accept-encoding': 'identity',
        'cache-control': 'no-store',
        ...(uploadBytes === null
          ? {}
          : { 'content-length': uploadBytes, 'content-type': 'application/octet-stream' }),
      },
      agent,
      signal,
    });
    const fail = (error: unknown): void => {
      reject(signal.aborted ? toError(signal.reason) : toFailure(error));
      request.destroy();
    };
    request.setTimeout(IDLE_MS, () => fail(new OffpeakError('readiness.speed-unreachable')));
    request.on('error', fail);
    request.once('response', (answer) => {
      plan.onHead?.();
      readAnswer(answer, plan.answer, resolve, fail);
    });
    if (uploadBytes === null) request.end();
    else sendBytes(request, uploadBytes);
  });
}

function readAnswer(
  answer: IncomingMessage,
  counted: Counted | null,
  resolve: () => void,
  fail: (error: unknown) => void,
): void {
  answer.on('error', fail);
  const refusal = refusalOf(answer.statusCode ?? 0);
  if (refusal !== null) {
    fail(refusal);
    return;
  }
  let left = counted?.bytes ?? MAX_ANSWER_BYTES;
  answer.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) fail(new OffpeakError('readiness.speed-unusable'));
    else counted?.onBytes(chunk.length);
  });
  answer.once('end', () => {
    // A page that asks to sign in, say, is shorter than what was asked for.
    if (counted !== null && left > 0) fail(new OffpeakError('readiness.speed-unusable'));
    else resolve();
  });
}

function refusalOf(status: number): OffpeakError | null {
  if (status >= 200 && status <= 299) return null;
  if (status === 429 || status === 503) return new OffpeakError('readiness.speed-busy');
  const message = `The speed server answers with status ${status}.`;
  return new OffpeakError('readiness.speed-unusable', { message });
}

// Random, so that nothing on the way can compress it; one piece after another, so that memory stays
// small however slow the connection is.
function sendBytes(request: ClientRequest, bytes: number): void {
  const piece = randomBytes(Math.min(bytes, PIECE_BYTES));
  let left = bytes;
  const next = (): void => {
    if (request.destroyed) return;
    if (left === 0) {
      request.end();
      return;
    }
    const part = piece.subarray(0, left);
    left -= part.length;
    request.write(part, (error) => {
      if (!error) next();
    });
  };
  next();
}

function toFailure(error: unknown): OffpeakError {
  return error instanceof OffpeakError
    ? error
    : new OffpeakError('readiness.speed-unreachable', { cause: error });
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('Stopped', { cause: reason });
}
