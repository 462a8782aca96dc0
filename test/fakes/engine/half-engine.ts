import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Podman with root rights. */
const PODMAN_INFO = {
  host: { cgroupVersion: 'v2', cgroupControllers: ['cpu'], security: { rootless: false } },
};

/**
 * A server on a socket that answers as a test tells it: an engine only as far as the wire. Used
 * where a real engine cannot be made to misbehave.
 */
export class HalfEngine {
  readonly folder = mkdtempSync(join(tmpdir(), 'offpeak-half-'));
  readonly socket = join(this.folder, 'engine.sock');
  /** What `/info` and `/version` say; a test may change it. */
  info: object = { MemTotal: 8e9, NCPU: 4, SecurityOptions: ['name=seccomp,profile=builtin'] };
  version: object = { Version: '29.0.0', ApiVersion: '1.52' };
  answer: (request: IncomingMessage, response: ServerResponse) => void = ({ url }, response) => {
    if (url?.startsWith('/info') === true) response.end(JSON.stringify(this.info));
    else if (url?.startsWith('/version') === true) response.end(JSON.stringify(this.version));
    else if (url?.includes('/libpod/info') === true) response.end(JSON.stringify(PODMAN_INFO));
    else response.end('OK');
  };
  readonly #server: Server = createServer((request, response) => this.answer(request, response));

  open(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(this.socket, resolve));
  }

  /** Breaks every connection, as a crash does; the socket is gone then. */
  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async remove(): Promise<void> {
    await this.close();
    rmSync(this.folder, { recursive: true });
  }
}
