import { randomBytes } from 'node:crypto';
import { createServer, request as ask, type Server } from 'node:http';
import { busyboxTar, raw } from '../containers/engine-kit.ts';
import { openRegistry } from '../containers/slow-registry.ts';

/** Name and password that the private half of the shop asks for. */
export const LOGIN = { username: 'poster', password: 'very-secret' };

/**
 * A registry of this computer that has one image, a static busybox, under two names: one for
 * everybody, one for those who know the password.
 */
export class Shop {
  readonly image: string;
  readonly privateImage: string;
  readonly #registry: Awaited<ReturnType<typeof openRegistry>>;
  readonly #gate: Server;

  private constructor(registry: Awaited<ReturnType<typeof openRegistry>>, gate: Server) {
    const address = gate.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    this.image = registry.image;
    this.privateImage = `127.0.0.1:${port}/offpeak-test/private:${randomBytes(4).toString('hex')}`;
    this.#registry = registry;
    this.#gate = gate;
  }

  static async open(): Promise<Shop> {
    const registry = await openRegistry(busyboxTar());
    const [host = ''] = registry.image.split('/');
    const right = `Basic ${Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64')}`;
    const gate = createServer((request, response) => {
      if (request.headers.authorization !== right) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="shop"' }).end('{}');
        return;
      }
      const { method, url: path } = request;
      const call = ask(`http://${host}${path ?? ''}`, { method }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      call.on('error', () => response.destroy());
      request.pipe(call);
    });
    await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
    return new Shop(registry, gate);
  }

  /** Closes it and takes its images out of an engine. */
  async close(socket?: string): Promise<void> {
    for (const image of [this.image, this.privateImage]) {
      await raw('DELETE', `/images/${image}?force=1`, undefined, socket).catch(() => null);
    }
    this.#registry.close();
    this.#gate.closeAllConnections();
    this.#gate.close();
  }
}
