import { z } from 'zod';
import type { AccountFilter, ChainAccount } from './types.ts';

/** How long opening the socket may take. */
const OPEN_DEADLINE_MS = 10_000;
/** Hosted servers close sockets that are silent for about a minute. */
const PING_MS = 15_000;
/** Back-off between attempts to open the socket. */
const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 30_000;

/** A pushed account, and the slot at which the server saw it. */
export type AccountListener = (account: ChainAccount, slot: number) => void;

/**
 * Pushes of one chain over a WebSocket, at commitment `confirmed`. Pushes are a hint, never a proof:
 * the socket may be dead for a while, so every user of it also polls.
 */
export interface Subscriptions {
  /** Calls back with each new content of the account; lamports 0 and no data mean closed. */
  account(address: string, onAccount: AccountListener): () => void;
  program(
    programId: string,
    filters: readonly AccountFilter[],
    onAccount: AccountListener,
  ): () => void;
  /** Opens a new socket: for a user who found by polling what should have been pushed. */
  reconnect(): void;
  close(): void;
}

/** Connects with the first subscription, and again with back-off whenever the socket is lost. */
export function createSubscriptions(wsUrl: string): Subscriptions {
  const socket = new SubscriptionSocket(wsUrl);
  const options = { encoding: 'base64', commitment: 'confirmed' };
  return {
    account: (address, onAccount) =>
      socket.add({
        method: 'account',
        params: [address, options],
        onResult: (result) => {
          const push = AccountResult.safeParse(result).data;
          if (push !== undefined) onAccount(toAccount(address, push.value), push.context.slot);
        },
      }),
    program: (programId, filters, onAccount) =>
      socket.add({
        method: 'program',
        params: [programId, { ...options, filters: filters.map(toRpcFilter) }],
        onResult: (result) => {
          const push = ProgramResult.safeParse(result).data;
          if (push === undefined) return;
          onAccount(toAccount(push.value.pubkey, push.value.account), push.context.slot);
        },
      }),
    reconnect: () => socket.reconnect(),
    close: () => socket.close(),
  };
}

interface Entry {
  readonly method: 'account' | 'program';
  readonly params: readonly unknown[];
  readonly onResult: (result: unknown) => void;
}

const Account = z.object({
  lamports: z.number(),
  owner: z.string(),
  data: z.tuple([z.string(), z.literal('base64')]),
});
const Context = z.object({ slot: z.number() });
const AccountResult = z.object({ context: Context, value: Account });
const ProgramResult = z.object({
  context: Context,
  value: z.object({ pubkey: z.string(), account: Account }),
});
const Message = z.union([
  z.object({ id: z.number(), result: z.number() }),
  z.object({ params: z.object({ subscription: z.number(), result: z.unknown() }) }),
]);

/** One socket that carries all subscriptions, and makes them anew on each connection. */
class SubscriptionSocket {
  readonly #url: string;
  readonly #entries = new Map<number, Entry>();
  /** Server's number of a subscription → ours; belongs to the present socket alone. */
  readonly #remote = new Map<number, number>();
  #socket: WebSocket | null = null;
  readonly #timers = new Set<NodeJS.Timeout>();
  #serial = 0;
  #retryMs = RETRY_MIN_MS;
  #closed = false;

  constructor(url: string) {
    this.#url = url;
  }

  add(entry: Entry): () => void {
    const id = ++this.#serial;
    this.#entries.set(id, entry);
    if (this.#socket === null) this.#open();
    else this.#subscribe(id, entry);
    return () => this.#remove(id);
  }

  reconnect(): void {
    this.#retryMs = RETRY_MIN_MS;
    if (!this.#closed && this.#entries.size > 0) this.#open();
  }

  close(): void {
    this.#closed = true;
    this.#entries.clear();
    this.#drop();
  }

  #open(): void {
    this.#drop();
    if (this.#closed) return;
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    // Events of a socket that was replaced meanwhile must not touch its successor.
    const current = (act: () => void) => (): void => {
      if (this.#socket === socket) act();
    };
    const lost = current(() => this.#retry());
    socket.addEventListener(
      'open',
      current(() => this.#opened()),
    );
    socket.addEventListener('message', (event) => {
      const data: unknown = event.data;
      if (this.#socket === socket && typeof data === 'string') this.#receive(data);
    });
    socket.addEventListener('error', lost);
    socket.addEventListener('close', lost);
    this.#after(OPEN_DEADLINE_MS, () => {
      if (socket.readyState === WebSocket.CONNECTING) this.#retry();
    });
  }

  #opened(): void {
    this.#retryMs = RETRY_MIN_MS;
    for (const [id, entry] of this.#entries) this.#subscribe(id, entry);
    this.#ping();
  }

  #ping(): void {
    this.#after(PING_MS, () => {
      this.#send({ jsonrpc: '2.0', method: 'ping' });
      this.#ping();
    });
  }

  #retry(): void {
    this.#drop();
    if (this.#closed || this.#entries.size === 0) return;
    this.#after(this.#retryMs, () => this.#open());
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MAX_MS);
  }

  /** Lets go of the present socket without hearing of it again. */
  #drop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#remote.clear();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #remove(id: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    for (const [remote, local] of this.#remote) {
      if (local !== id) continue;
      this.#remote.delete(remote);
      this.#send({
        jsonrpc: '2.0',
        id: ++this.#serial,
        method: `${entry.method}Unsubscribe`,
        params: [remote],
      });
    }
    if (this.#entries.size === 0) this.#drop();
  }

  #subscribe(id: number, entry: Entry): void {
    this.#send({ jsonrpc: '2.0', id, method: `${entry.method}Subscribe`, params: entry.params });
  }

  #send(message: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #receive(text: string): void {
    const message = Message.safeParse(parseJson(text)).data;
    if (message === undefined) return;
    if ('id' in message) {
      if (this.#entries.has(message.id)) this.#remote.set(message.result, message.id);
      return;
    }
    const local = this.#remote.get(message.params.subscription);
    if (local !== undefined) this.#entries.get(local)?.onResult(message.params.result);
  }

  #after(delayMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, delayMs).unref();
    this.#timers.add(timer);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function toAccount(address: string, value: z.infer<typeof Account>): ChainAccount {
  const data = new Uint8Array(Buffer.from(value.data[0], 'base64'));
  return { address, owner: value.owner, lamports: BigInt(value.lamports), data };
}

function toRpcFilter(filter: AccountFilter): object {
  return 'dataSize' in filter ? filter : { memcmp: { ...filter, encoding: 'base58' } };
}
