import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Answers itself where it returns true. */
export type Trouble = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface Shape {
  /** The line from and to this server, for all connections together. */
  readonly downloadBitsPerSecond: number;
  readonly uploadBitsPerSecond: number;
  readonly trouble?: Trouble;
}

const PIECE_BYTES = 16 * 1024;

/** A speed server on this computer behind a line of a given speed; it remembers what was asked. */
export class ShapedServer {
  readonly asked: string[] = [];
  downloadedBytes = 0;
  uploadedBytes = 0;
  /** Most requests at a time. */
  busiest = 0;
  #busy = 0;
  readonly #server: Server;

  private constructor(shape: Shape) {
    const down = line(shape.downloadBitsPerSecond);
    const up = line(shape.uploadBitsPerSecond);
    this.#server = createServer((request, response) => {
      this.asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
      this.#busy += 1;
      this.busiest = Math.max(this.busiest, this.#busy);
      response.once('close', () => (this.#busy -= 1));
      if (shape.trouble?.(request, response) === true) return;
      const work =
        request.method === 'POST' ? this.#take(request, up) : this.#give(response, down, request);
      // The other side hung up: that is how a measurement ends.
      work.then(
        () => response.end(),
        () => response.destroy(),
      );
    });
  }

  static async start(shape: Shape): Promise<ShapedServer> {
    const server = new ShapedServer(shape);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get base(): URL {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The server is closed');
    return new URL(`http://127.0.0.1:${address.port}/`);
  }

  /** Connections that are still open. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #give(response: ServerResponse, pass: Line, request: IncomingMessage): Promise<void> {
    const bytes = Number(new URL(request.url ?? '', 'http://x').searchParams.get('bytes'));
    response.writeHead(200, { 'content-length': bytes });
    const piece = Buffer.alloc(PIECE_BYTES);
    for (let left = bytes; left > 0 && !response.destroyed; left -= PIECE_BYTES) {
      const part = piece.subarray(0, left);
      await pass(part.length);
      this.downloadedBytes += part.length;
      if (!response.write(part)) await new Promise((resolve) => response.once('drain', resolve));
    }
  }

  async #take(request: IncomingMessage, pass: Line): Promise<void> {
    for await (const chunk of request) {
      if (!Buffer.isBuffer(chunk)) continue;
      await pass(chunk.length);
      this.uploadedBytes += chunk.length;
    }
  }
}

type Line = (bytes: number) => Promise<void>;

/** What a timer that comes late may catch up. */
const CATCH_UP_MS = 50;

/** Lets bytes pass one after another, as a line of this speed would. */
function line(bitsPerSecond: number): Line {
  let freeAt = 0;
  return async (bytes) => {
    freeAt = Math.max(freeAt, performance.now() - CATCH_UP_MS) + (bytes * 8000) / bitsPerSecond;
    const waitMs = freeAt - performance.now();
    if (waitMs > 0) await sleep(waitMs);
  };
}
