import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A way of bytes to a server of this computer, which can be cut like a cable: what is connected
 * breaks off, and nobody connects any more.
 */
export class Cable {
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** How often somebody came while it was cut. */
  refused = 0;
  #isCut = false;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  /** From a free port of this computer to the server of this address. */
  static async lay(to: string): Promise<Cable> {
    const { protocol, hostname, port } = new URL(to);
    const server = createServer((socket) => cable.#join(socket, hostname, Number(port)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const own = address !== null && typeof address === 'object' ? address.port : 0;
    const cable = new Cable(server, `${protocol}//127.0.0.1:${own}`);
    return cable;
  }

  /** How many connections lie through it now. */
  get inUse(): number {
    return this.#sockets.size / 2;
  }

  cut(isCut: boolean): void {
    this.#isCut = isCut;
    if (isCut) for (const socket of this.#sockets) socket.destroy();
  }

  remove(): Promise<void> {
    this.cut(true);
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #join(near: Socket, hostname: string, port: number): void {
    if (this.#isCut) {
      this.refused += 1;
      return void near.destroy();
    }
    const far = connect(port, hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
    near.pipe(far);
    far.pipe(near);
  }
}
