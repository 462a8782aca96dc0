import { randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { firstBytes, type Greeting, hostOf, readGreeting } from './frp-wire.ts';

/*
 * Part of Offpeak's stand-ins: it plays the server of the network's tunnel. Clients come to its control
 * port, visitors to its public one, where the name in `Host` decides whose port they reach. It is not
 * frp, and its protocol is ours.
 */

/** How it fails on command. */
export type FrpFault =
  /** Takes no client. */
  | { readonly kind: 'refuses-login' }
  /** Answers clients and visitors so much later. */
  | { readonly kind: 'slow'; readonly delayMs: number };

/** A running stand-in, on loopback. */
export interface FrpStandIn {
  readonly controlPort: number;
  readonly publicPort: number;
  /** Names under which something is published now. */
  names(): string[];
  /** Null: it works again. */
  fail(fault: FrpFault | null): void;
  /** Cuts the control connections; clients come again. */
  dropClients(): void;
  close(): Promise<void>;
}

interface Client {
  readonly socket: Socket;
  /** Names in small letters, as browsers send them; by the number of the proxy. */
  readonly names: readonly (readonly string[])[];
}

interface Visit {
  readonly visitor: Socket;
  readonly head: Buffer;
}

const DEADLINE_MS = 10_000;
const MOST_HEAD_BYTES = 32 * 1024;
const KEEP_ALIVE_MS = 20_000;

/** Starts it; ports of 0 are chosen by the system. */
export async function startFrpStandIn(ports = { control: 0, public: 0 }): Promise<FrpStandIn> {
  const state = new State();
  const control = createServer({ allowHalfOpen: true }, (socket) => void state.greet(socket));
  const open = createServer({ allowHalfOpen: true }, (socket) => void state.visit(socket));
  const controlPort = await listen(control, ports.control);
  const publicPort = await listen(open, ports.public);
  return {
    controlPort,
    publicPort,
    names: () => [...state.clients].flatMap(({ names }) => names.flat()),
    fail: (fault) => {
      state.fault = fault;
    },
    dropClients: () => {
      for (const { socket } of state.clients) socket.destroy();
    },
    async close() {
      for (const socket of state.sockets) socket.destroy();
      await Promise.all([control, open].map(closed));
    },
  };
}

class State {
  readonly clients = new Set<Client>();
  readonly sockets = new Set<Socket>();
  readonly #visits = new Map<string, Visit>();
  fault: FrpFault | null = null;

  /** A client, or a connection that one opens because somebody came. */
  async greet(socket: Socket): Promise<void> {
    this.#take(socket);
    const greeting = await readGreeting(socket, DEADLINE_MS);
    await this.#rest();
    switch (greeting.kind) {
      case 'strange':
        socket.end('not understood\n');
        return;
      case 'work':
        this.#join(greeting.id, socket);
        return;
      case 'login':
        this.#logIn(socket, greeting);
    }
  }

  /** Somebody from outside: the name that the request is for says where it goes. */
  async visit(visitor: Socket): Promise<void> {
    this.#take(visitor);
    const want = { until: '\r\n\r\n', most: MOST_HEAD_BYTES, deadlineMs: DEADLINE_MS };
    const head = await firstBytes(visitor, want);
    await this.#rest();
    const place = head === null ? null : this.#find(hostOf(head));
    if (head === null || place === null) {
      refuse(
        visitor,
        '404 Not Found',
        'Nothing is published under this name (a stand-in for frp).',
      );
      return;
    }
    const id = randomBytes(16).toString('hex');
    this.#visits.set(id, { visitor, head });
    place.client.socket.write(`work ${id} ${place.proxy}\n`);
    setTimeout(() => {
      if (!this.#visits.delete(id)) return;
      refuse(visitor, '504 Gateway Timeout', 'The client did not answer (a stand-in for frp).');
    }, DEADLINE_MS).unref();
  }

  #logIn(socket: Socket, { proxies }: Extract<Greeting, { kind: 'login' }>): void {
    const names = proxies.map(({ customDomain, deploymentDomain = customDomain }) => [
      ...new Set([customDomain.toLowerCase(), deploymentDomain.toLowerCase()]),
    ]);
    // As frps does, a name that is another client's is refused; that of a deployment is shared.
    const taken = new Set([...this.clients].flatMap((one) => one.names.map(([own]) => own)));
    const isTaken = names.some(([own]) => taken.has(own));
    if (this.fault?.kind === 'refuses-login' || isTaken) {
      socket.end(isTaken ? 'a name is taken already\n' : 'login refused\n');
      return;
    }
    const client = { socket, names };
    this.clients.add(client);
    for (const ending of ['close', 'end'] as const) {
      socket.on(ending, () => {
        this.clients.delete(client);
        socket.destroy();
      });
    }
    socket.write('ok\n');
    socket.resume();
  }

  #join(id: string, work: Socket): void {
    const visit = this.#visits.get(id);
    this.#visits.delete(id);
    if (visit === undefined) {
      work.destroy();
      return;
    }
    const { visitor, head } = visit;
    const drop = (): void => {
      visitor.destroy();
      work.destroy();
    };
    for (const socket of [visitor, work]) {
      socket.on('error', drop);
      socket.on('close', () => {
        if (socket.errored !== null) drop();
      });
    }
    // Nothing at all came back: the job does not answer there.
    let isSilent = true;
    work.once('data', () => (isSilent = false));
    work.pipe(visitor, { end: false });
    work.on('end', () => {
      if (isSilent) refuse(visitor, '502 Bad Gateway', 'The port does not answer.');
      else visitor.end();
    });
    work.write(head);
    visitor.pipe(work);
  }

  /** Where a name leads; jobs of one deployment take turns. */
  #find(name: string | null): { client: Client; proxy: number } | null {
    for (const client of this.clients) {
      const proxy = client.names.findIndex((names) => name !== null && names.includes(name));
      if (proxy === -1) continue;
      this.clients.delete(client);
      this.clients.add(client);
      return { client, proxy };
    }
    return null;
  }

  #take(socket: Socket): void {
    this.sockets.add(socket);
    socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.sockets.delete(socket));
  }

  async #rest(): Promise<void> {
    if (this.fault?.kind !== 'slow') return;
    const { delayMs } = this.fault;
    await new Promise((resolve) => setTimeout(resolve, delayMs));
  }
}

function refuse(visitor: Socket, status: string, text: string): void {
  const head = `HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\nx-offpeak-stand-in: frp\r\n`;
  visitor.end(`${head}content-length: ${text.length}\r\nconnection: close\r\n\r\n${text}`);
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
