import { connect, type Socket } from 'node:net';
import type { Endpoint } from '../jobs/ports.ts';
import { pause } from './timing.ts';

/** What a relay (build/guard, `/relay`) is told by this computer. */
export interface RelayLink {
  /** Where the relay listens for this computer; asked anew after each loss. Null: not there. */
  readonly relay: () => Promise<Endpoint | null>;
  /** 64 letters that nobody else knows. */
  readonly token: string;
  /** The port inside its network, and where on this computer it leads. */
  readonly port: number;
  readonly target: Endpoint;
}

/** So many connections wait ready for one port: as many clients are served without a moment's wait. */
const READY = 4;
const FIRST_PAUSE_MS = 250;
const LAST_PAUSE_MS = 5_000;
const CONNECT_MS = 5_000;
/** Both ends notice when the other is gone without a word. */
const KEEP_ALIVE_MS = 20_000;

/**
 * Leads what a container says at a port of its own to a program of this computer. No container can
 * open a connection to this computer: this computer opens them all, and lends them to the relay.
 * Resolves when the signal aborts; then they are closed.
 */
export async function lendConnections(link: RelayLink, signal: AbortSignal): Promise<void> {
  await Promise.all(Array.from({ length: READY }, () => lendInTurn(link, signal)));
}

/** One after the other; what was taken goes on by itself. */
async function lendInTurn(link: RelayLink, signal: AbortSignal): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    const relay = await link.relay().catch(() => null);
    const lent = relay === null ? null : await lend(link, relay, signal);
    if (lent === null) {
      await pause(pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, LAST_PAUSE_MS);
      continue;
    }
    pauseMs = FIRST_PAUSE_MS;
    serve(lent, link.target, signal);
  }
}

/** A connection that a client took, its first byte read; null where the relay let go of it. */
function lend(
  { token, port }: RelayLink,
  relay: Endpoint,
  signal: AbortSignal,
): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ ...relay, allowHalfOpen: true });
    socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS).setTimeout(CONNECT_MS);
    const give = (taken: Socket | null): void => {
      signal.removeEventListener('abort', drop);
      for (const event of ENDINGS) socket.off(event, drop);
      socket.off('readable', look);
      if (taken === null) socket.destroy();
      resolve(taken);
    };
    const drop = (): void => give(null);
    const look = (): void => {
      // Exactly the one byte: what follows it is for the program that is called.
      const first: unknown = socket.read(1);
      give(Buffer.isBuffer(first) && first.toString('latin1') === '\n' ? socket : null);
    };
    // It may have aborted before, while the relay was looked for.
    if (signal.aborted) drop();
    signal.addEventListener('abort', drop);
    for (const event of ENDINGS) socket.on(event, drop);
    // Stays when the others go: a socket without it throws.
    socket.on('error', () => socket.destroy());
    socket.on('readable', look);
    socket.on('connect', () => {
      socket.setTimeout(0);
      socket.write(`${token} ${port}\n`);
    });
  });
}

const ENDINGS = ['close', 'timeout'] as const;

function serve(lent: Socket, target: Endpoint, signal: AbortSignal): void {
  const own = connect({ ...target, allowHalfOpen: true });
  const drop = (): void => {
    lent.destroy();
    own.destroy();
  };
  signal.addEventListener('abort', drop);
  own.on('error', drop);
  for (const socket of [lent, own]) {
    socket.on('close', () => {
      signal.removeEventListener('abort', drop);
      // Of a pair whose one end is broken nothing is left to say.
      if (socket.errored !== null) drop();
    });
  }
  lent.pipe(own);
  own.pipe(lent);
}
