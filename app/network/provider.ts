import type { Signer } from '../adapters/solana/types.ts';
import type { Problem } from '../contract/gpu.ts';
import type { GenesisRule } from './nosana/genesis.ts';
import type { NosanaEndpoints } from './nosana/nosana-network.ts';
import type { BundledImage } from './practice/practice-image.ts';

/** Where a network publishes ports of jobs, and with which client (nosana-host-protocol.md, 3.7). */
export interface TunnelAddress {
  /** Image of the operator's frp client. */
  readonly image: string;
  readonly serverAddress: string;
  readonly serverPort: number;
  /** Public names end in it. */
  readonly domain: string;
  /** Where public names answer by plain HTTP, as a stand-in does; null: by HTTPS at its usual port. */
  readonly httpPort: number | null;
  readonly isOnThisComputer: boolean;
}

/** Where a network is reached. */
export interface NetworkAddress extends NosanaEndpoints {
  /** Null where there is none: the market is the provider's own then. */
  readonly hostManagerUrl: string | null;
  /** Null where ports of jobs are published nowhere. */
  readonly tunnel: TunnelAddress | null;
  /** True: the RPC server that the host manager names is asked before these. */
  readonly operatorRpc?: boolean;
}

/** Who this host is for one card: the network wants one key for each. */
export interface Identity {
  readonly signer: Signer;
  /** UUID of the card that it lends; null where this computer has none. */
  readonly card: string | null;
}

/** What the host is told of a network. */
export interface NetworkEvents {
  /** It stands; also after every restart, with new addresses. */
  readonly onUp: (address: NetworkAddress) => void;
  /** It is away; it comes back by itself unless the problem is for good. */
  readonly onDown: (problem: Problem) => void;
}

/** A network to work in: who this host is there, and how to bring it up. */
export interface NetworkProvider {
  readonly id: string;
  readonly label: string;
  /** True puts the practice mark on everything that shows money. */
  readonly practice: boolean;
  readonly genesisRule: GenesisRule;
  /** Where no host manager says which market to lend in. */
  readonly market: string | null;
  /**
   * One identity for each of these cards (UUIDs), in their order; without a card one all the same
   * where the network takes it. Throws `wallet.…`.
   */
  identities(cards: readonly string[]): Promise<Identity[]>;
  /** The identity with this address, whether its card is there or not; null where it is unknown. */
  identity(address: string): Identity | null;
  /** Images that come with the network. Throws `practice.asset-missing`. */
  images(): BundledImage[];
  /** Brings it up and keeps it up, until told to stop. */
  start(events: NetworkEvents): { stop(): Promise<void> };
}
