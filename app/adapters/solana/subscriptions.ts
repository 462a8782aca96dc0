import { z } from 'zod';
import { SubscriptionSocket } from './subscription-socket.ts';
import type { AccountFilter, ChainAccount } from './types.ts';

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
  /** True while the socket is open, as far as one can know. */
  readonly isAlive: boolean;
  /** Calls back when that changes. Returns the stop. */
  onState(listener: () => void): () => void;
  /** Opens a new socket: for a user who found by polling what should have been pushed. */
  reconnect(): void;
  close(): void;
}

/** Says where to open the socket; the attempts since it last held are counted from 0. */
export type SocketUrl = (attempt: number) => Promise<string>;

/**
 * Connects with the first subscription, and again with back-off whenever the socket is lost: to the
 * next server, if there is one. There is never more than one socket.
 */
export function createSubscriptions(url: SocketUrl): Subscriptions {
  const socket = new SubscriptionSocket(url);
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
    get isAlive() {
      return socket.isAlive;
    },
    onState: (listener) => socket.onState(listener),
    reconnect: () => socket.reconnect(),
    close: () => socket.close(),
  };
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

function toAccount(address: string, value: z.infer<typeof Account>): ChainAccount {
  const data = new Uint8Array(Buffer.from(value.data[0], 'base64'));
  return { address, owner: value.owner, lamports: BigInt(value.lamports), data };
}

function toRpcFilter(filter: AccountFilter): object {
  return 'dataSize' in filter ? filter : { memcmp: { ...filter, encoding: 'base58' } };
}
