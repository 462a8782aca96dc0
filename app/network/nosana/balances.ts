import { readTokenAccount, tokenAddress } from '../../adapters/solana/token.ts';
import type { SolanaRpc } from '../../adapters/solana/solana-rpc.ts';
import type { ChainAccount } from '../../adapters/solana/types.ts';

/** What this host owns. */
export interface Balances {
  /** NOS base units; null while this host has no NOS account yet. */
  readonly nos: bigint | null;
  readonly lamports: bigint;
}

/** How a book is kept. */
export interface BookOptions {
  readonly rpc: Pick<SolanaRpc, 'getAccounts'>;
  readonly host: string;
  readonly nosMint: string;
  /** What is older than this is read again when it is asked for. */
  readonly maxAgeMs: number;
  /** What this host owns has changed, or may have. */
  onChange(): void;
}

/**
 * What this host owns, as it was last read. Whoever reads the chain anyway brings the two accounts
 * along, so that balances cost nothing of their own.
 */
export class BalanceBook {
  /** The wallet and its NOS account, in this order. */
  readonly accounts: readonly [string, string];
  readonly #options: BookOptions;
  #last: Balances | null = null;
  #readAt = 0;
  #reading: Promise<Balances> | null = null;
  /** Rises with every expiry: a reading from before it is old when it arrives. */
  #turn = 0;

  constructor(options: BookOptions) {
    this.#options = options;
    this.accounts = [options.host, tokenAddress(options.host, options.nosMint)];
  }

  /** The last reading where it still counts, else a new one; throws `network.rpc-…`. */
  async read(): Promise<Balances> {
    const isFresh = performance.now() - this.#readAt < this.#options.maxAgeMs;
    if (this.#last !== null && isFresh) return this.#last;
    this.#reading ??= this.#fetch(this.#turn).finally(() => (this.#reading = null));
    return this.#reading;
  }

  /** For somebody who reads the two accounts anyway: begin before, and give what came. */
  begin(): (accounts: readonly (ChainAccount | null)[]) => void {
    const turn = this.#turn;
    return (accounts) => {
      if (turn !== this.#turn) return;
      const before = this.#last;
      const now = this.#keep(accounts);
      const isSame = before?.nos === now.nos && before.lamports === now.lamports;
      if (!isSame) this.#options.onChange();
    };
  }

  /** After a transaction of ours, or one that pays us: the next one who asks reads anew. */
  expire(): void {
    this.#turn += 1;
    this.#last = null;
    this.#reading = null;
    this.#options.onChange();
  }

  async #fetch(turn: number): Promise<Balances> {
    const accounts = await this.#options.rpc.getAccounts(this.accounts);
    return turn === this.#turn ? this.#keep(accounts) : balancesIn(accounts);
  }

  #keep(accounts: readonly (ChainAccount | null)[]): Balances {
    this.#last = balancesIn(accounts);
    this.#readAt = performance.now();
    return this.#last;
  }
}

function balancesIn([wallet = null, token = null]: readonly (ChainAccount | null)[]): Balances {
  return {
    nos: token === null ? null : (readTokenAccount(token)?.amount ?? null),
    lamports: wallet?.lamports ?? 0n,
  };
}
