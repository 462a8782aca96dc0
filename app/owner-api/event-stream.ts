import type { ServerResponse } from 'node:http';
import type { OwnerApiLimits } from './limits.ts';

/** What a route sends events with. */
export interface EventStream {
  /** Sends a value, unless it is what was sent last. */
  send(value: object): void;
  end(): void;
}

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // A proxy that collects events until it has many would hold them back.
  'x-accel-buffering': 'no',
} as const;

/**
 * Makes a stream of server-sent events of an answer; `feed` sends into it and returns its stop. A
 * reader that does not read is cut: nothing is kept for it.
 */
export function openEventStream(
  response: ServerResponse,
  { keepAliveMs, unreadBytes }: Pick<OwnerApiLimits, 'keepAliveMs' | 'unreadBytes'>,
  feed: (out: EventStream) => () => void,
): void {
  response.writeHead(200, HEADERS);
  let last = '';
  const write = (text: string): void => {
    if (response.writableEnded || response.destroyed) return;
    if (response.writableLength > unreadBytes) response.destroy();
    else response.write(text);
  };
  write(': connected\n\n');
  const timer = setInterval(() => write(': keep-alive\n\n'), keepAliveMs);
  let stop: (() => void) | null = null;
  response.once('close', () => {
    clearInterval(timer);
    stop?.();
  });
  stop = feed({
    send(value) {
      const text = JSON.stringify(value);
      if (text !== last) write(`data: ${text}\n\n`);
      last = text;
    },
    end: () => void response.end(),
  });
  if (response.closed) stop();
}
