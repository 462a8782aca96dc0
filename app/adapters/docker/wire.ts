import { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import Docker, { type AuthConfig } from 'dockerode';
import type { z } from 'zod';
import { EngineFault, toFault } from './faults.ts';
import { connectionOptions, type ReachablePlace } from './place.ts';

/** One request of the Docker Engine API. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | object>>;
  readonly body?: object;
  /** A file, or what comes out of a stream, that is sent as the body. */
  readonly file?: string | Readable;
  /** Name and password for a registry. */
  readonly login?: AuthConfig;
}

/** Statuses that the engine uses for "done" and for "was so already". */
const GOOD = { 200: true, 201: true, 204: true, 304: true };

/** Far above any answer of the engine; keeps a broken one from filling our memory. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/**
 * Talks to one engine. All answers are read here as streams: the library's own promises stay open
 * for ever when the engine dies in the middle of an answer, and its types are `any`.
 */
export class Wire {
  readonly #docker: Docker;

  constructor(place: ReachablePlace) {
    this.#docker = new Docker(connectionOptions(place));
  }

  /** Sends a call and reads its whole answer. Throws EngineFault, after `deadlineMs` too. */
  async ask<T>(call: Call, deadlineMs: number, schema: z.ZodType<T>): Promise<T> {
    const text = await this.askText(call, deadlineMs);
    const answer = schema.safeParse(parseJson(text));
    if (answer.success) return answer.data;
    throw new EngineFault('other', `Unexpected answer to ${call.path}`, answer.error);
  }

  /** As `ask`, for calls whose answer is empty or plain text. */
  async askText(call: Call, deadlineMs: number): Promise<string> {
    const deadline = AbortSignal.timeout(deadlineMs);
    try {
      const stream = await this.open(call, deadline);
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of bytesOf(stream)) {
        size += chunk.length;
        if (size > MAX_ANSWER_BYTES) throw new EngineFault('other', 'The answer is too large');
        chunks.push(chunk);
      }
      return Buffer.concat(chunks).toString('utf8');
    } catch (error) {
      if (!deadline.aborted) throw toFault(error);
      throw new EngineFault('timed-out', `No answer within ${deadlineMs / 1000} s`, error);
    }
  }

  /** Sends a call and hands out its answer as it comes. Throws EngineFault. */
  open(call: Call, signal: AbortSignal): Promise<Readable> {
    if (signal.aborted) return Promise.reject(new EngineFault('aborted', 'Aborted'));
    const { own, release, mind } = relayed(signal);
    return new Promise((resolve, reject) => {
      this.#docker.modem.dial(
        {
          method: call.method,
          // The library appends `_query` only to a path that ends with a question mark.
          path: `${call.path}?`,
          options: { _query: call.query ?? {}, _body: call.body ?? {} },
          ...(call.file === undefined ? {} : { file: call.file }),
          ...(call.login === undefined ? {} : { authconfig: call.login }),
          isStream: true,
          abortSignal: own,
          statusCodes: GOOD,
        },
        (error, answer) => {
          if (answer instanceof IncomingMessage) {
            mind(answer);
            resolve(answer);
            return;
          }
          release();
          reject(
            error === null ? new EngineFault('other', `No answer to ${call.path}`) : toFault(error),
          );
        },
      );
    });
  }
}

/**
 * A signal that follows another until an answer is complete. Ending a request after that destroys
 * a connection that nobody minds any more, whose error would end this program.
 */
function relayed(signal: AbortSignal): {
  own: AbortSignal;
  release: () => void;
  mind: (answer: IncomingMessage) => void;
} {
  const own = new AbortController();
  let minded: IncomingMessage | null = null;
  const follow = (): void => {
    if (minded?.complete !== true) own.abort(signal.reason);
  };
  const release = (): void => signal.removeEventListener('abort', follow);
  signal.addEventListener('abort', follow, { once: true });
  const mind = (answer: IncomingMessage): void => {
    minded = answer;
    answer.once('close', release);
  };
  return { own: own.signal, release, mind };
}

/** The chunks of an answer; a broken connection is thrown as an EngineFault. */
export async function* bytesOf(stream: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream) {
      if (Buffer.isBuffer(chunk)) yield chunk;
    }
  } catch (error) {
    throw toFault(error);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
