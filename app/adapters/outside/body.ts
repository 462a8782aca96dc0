import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { OutsideFault, toOutsideFault } from './faults.ts';

export interface BodyLimits {
  readonly host: string;
  /** Longest wait for the next bytes. */
  readonly idleMs: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * The bytes of an answer as a stream that fails with an OutsideFault when they stop coming, are too
 * many, or end too early. Time counts only while bytes are waited for: a slow reader is no stall.
 */
export function guardedBody(answer: IncomingMessage, limits: BodyLimits): Readable {
  const { host, idleMs, maxBytes, signal } = limits;
  let left = maxBytes;
  let timer: NodeJS.Timeout | null = null;
  const fail = (kind: 'stalled' | 'too-large' | 'broken' | 'aborted'): unknown =>
    body.destroy(new OutsideFault(kind, host));
  const rest = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const wait = (): void => {
    rest();
    timer = setTimeout(() => fail('stalled'), idleMs);
  };
  const abort = (): unknown => fail('aborted');
  const body = new Readable({
    read() {
      wait();
      answer.resume();
    },
    destroy(error, done) {
      rest();
      signal?.removeEventListener('abort', abort);
      answer.destroy();
      done(error);
    },
  });
  answer.on('data', (chunk: Buffer) => {
    rest();
    left -= chunk.length;
    if (left < 0) fail('too-large');
    else if (body.push(chunk)) wait();
    else answer.pause();
  });
  answer.pause();
  answer.once('end', () => {
    rest();
    if (answer.complete) body.push(null);
    else fail('broken');
  });
  answer.on('error', (error) => {
    const fault = toOutsideFault(error, host, signal);
    body.destroy(fault.kind === 'unreachable' ? new OutsideFault('broken', host, error) : fault);
  });
  // Who throws the answer away does not listen; that must not end the process.
  body.on('error', () => undefined);
  if (signal?.aborted) abort();
  else signal?.addEventListener('abort', abort, { once: true });
  return body;
}
