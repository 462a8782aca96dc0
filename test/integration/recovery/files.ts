import { createServer, type Server } from 'node:http';
import type { Internet } from '../../fakes/host/controls/controls.ts';
import { serveFile } from '../../fakes/resources/serve-file.ts';

/** A public address at which nobody is asked: the host is led to a server of the test. */
const ADDRESS = '93.184.216.34';
/** How jobs name the server. */
export const FILE_SERVER = ADDRESS;

/** A server of the Internet with two small files. */
export class Files {
  readonly #server: Server;
  /** `slow.txt` does not come to its end while this holds. */
  isSlow = true;
  /** Somebody waits for that end. */
  isWaitedFor = false;

  private constructor() {
    this.#server = createServer((request, response) => {
      const { method = '', url: path = '', headers } = request;
      const content = Buffer.from('a model\n');
      const isProbe = headers.range === 'bytes=0-0' || method === 'HEAD';
      const isHeld = path === '/slow.txt' && this.isSlow && !isProbe;
      if (path === '/file.txt' || (path === '/slow.txt' && !isHeld)) {
        serveFile({ method, path, headers, body: '' }, response, { content, etag: '"1"' });
      } else if (isHeld) {
        response.writeHead(200, { etag: '"1"', 'content-length': content.length });
        response.write('a', () => (this.isWaitedFor = true));
      } else response.writeHead(404).end();
    });
  }

  static async open(): Promise<Files> {
    const files = new Files();
    await new Promise<void>((resolve) => files.#server.listen(0, '127.0.0.1', resolve));
    return files;
  }

  get internet(): Internet {
    const address = this.#server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    return { address: ADDRESS, port };
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
