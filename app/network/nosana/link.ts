import type { SolanaRpc } from '../../adapters/solana/solana-rpc.ts';
import type { Subscriptions } from '../../adapters/solana/subscriptions.ts';
import { OffpeakError } from '../../contract/errors.ts';
import type { BalanceBook } from './balances.ts';
import type { ContentClient } from './content.ts';
import type { Pace } from './net.ts';

/** One checked connection to one chain. A new connection is a new link; a link never changes chain. */
export interface Link {
  readonly rpc: SolanaRpc;
  readonly subscriptions: Subscriptions;
  readonly content: ContentClient;
  readonly balances: BalanceBook;
  /** How often the watches of this link look by themselves. */
  readonly pace: Pace;
  /** Genesis hash of the chain, already checked against the network's rule. */
  readonly genesis: string;
}

/** The present link, and news of it, for whatever must outlive a reconnection. */
export class LinkHolder {
  #link: Link | null = null;
  readonly #listeners = new Set<() => void>();

  get current(): Link | null {
    return this.#link;
  }

  /** The present link; throws `network.not-connected`. */
  require(): Link {
    if (this.#link === null) throw new OffpeakError('network.not-connected');
    return this.#link;
  }

  /** Replaces the link; the one before is closed. */
  set(link: Link | null): void {
    this.#link?.subscriptions.close();
    this.#link = link;
    for (const listener of [...this.#listeners]) listener();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Runs `start` now and with each new link; what it returns stops it. */
  whileLinked(start: (link: Link) => () => void): () => void {
    let stop: (() => void) | null = null;
    const restart = (): void => {
      stop?.();
      stop = this.#link === null ? null : start(this.#link);
    };
    restart();
    const off = this.onChange(restart);
    return () => {
      off();
      stop?.();
      stop = null;
    };
  }
}
