import { existsSync, readFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { HostClient } from '../contract/client.ts';
import type { HostState } from '../contract/state.ts';
import type { ViewMessage } from '../contract/view-message.ts';
import type { HostMessage } from '../contract/wire.ts';
import { webSocketWire } from './web-socket-wire.ts';

/** How a running host says where it is: written at start with mode 0600, removed at stop. */
export const HostAddress = z.object({ origin: z.url(), token: z.string(), pid: z.number() });
export type HostAddress = z.infer<typeof HostAddress>;

/** How long a running host may take to answer. */
const ANSWER_MS = 5_000;

/** A running host as the command line sees it. */
export interface ConnectedHost {
  /** As last told; a change takes a moment to come. */
  readonly state: HostState;
  /** The host has ended, or the connection is lost. */
  readonly closed: boolean;
  readonly call: HostClient['call'];
  close(): void;
}

/** A connected client that has its first state, or null when no host runs in this folder. */
export async function connectToHost(addressFile: string): Promise<ConnectedHost | null> {
  const address = readAddress(addressFile);
  if (!address) return null;
  const socket = new WebSocket(`${address.origin.replace('http', 'ws')}/wire`, {
    headers: { authorization: `Bearer ${address.token}` },
    handshakeTimeout: ANSWER_MS,
  });
  const client = new HostClient(webSocketWire<ViewMessage, HostMessage>(socket));
  return await new Promise((resolve) => {
    const deadline = setTimeout(() => client.close(), ANSWER_MS);
    client.subscribe(() => {
      clearTimeout(deadline);
      // A refused connection means that the host died without removing its address.
      resolve(client.state ? connected(client, client.state) : null);
    });
  });
}

function connected(client: HostClient, first: HostState): ConnectedHost {
  return {
    get state() {
      return client.state ?? first;
    },
    get closed() {
      return client.closed;
    },
    call: (name, input) => client.call(name, input),
    close: () => client.close(),
  };
}

function readAddress(file: string): HostAddress | null {
  if (!existsSync(file)) return null;
  try {
    return HostAddress.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // A file torn by a crash is as good as none.
    return null;
  }
}
