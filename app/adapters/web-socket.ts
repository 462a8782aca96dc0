import { WebSocket } from 'ws';

/**
 * Opens a WebSocket and gives the first message as text. Follows no redirect, takes no message over
 * `maxBytes`, leaves no connection open; rejects when none comes before the signal aborts.
 */
export function firstMessage(url: string, maxBytes: number, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = new WebSocket(url, {
      followRedirects: false,
      maxPayload: maxBytes,
      perMessageDeflate: false,
    });
    const end = (): void => socket.terminate();
    signal.addEventListener('abort', end, { once: true });
    socket.on('message', (data) => {
      resolve(textOf(data));
      end();
    });
    socket.on('error', reject);
    socket.on('close', () => {
      signal.removeEventListener('abort', end);
      reject(new Error('closed without a message'));
    });
  });
}

function textOf(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return (Buffer.isBuffer(data) ? data : Buffer.from(data)).toString();
}
