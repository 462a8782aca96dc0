import type { Problem } from '../../contract/gpu.ts';

/*
 * What the jobs room asks of a network, stated again here because a room imports no other room.
 * A test proves that these types and the jobs room's fit each other.
 */

/** A run account that names this host; the pay clock runs since `assignedAt`. */
export interface Offer {
  /** Address of the run account. */
  readonly run: string;
  readonly job: string;
  readonly market: string;
  readonly poster: string;
  readonly definitionCid: string;
  /** NOS base units per second. */
  readonly pricePerSecond: bigint;
  readonly timeoutSeconds: number;
  /** UTC ms of the chain's clock. */
  readonly assignedAt: number;
}

/** What the program paid, by the job account's own times. */
export interface Payment {
  readonly paidSeconds: number;
  readonly payoutBaseUnits: bigint;
  readonly refundBaseUnits: bigint;
  /** UTC ms of the chain's clock. */
  readonly endedAt: number;
}

export type Assignment =
  | { readonly state: 'assigned'; readonly timeoutSeconds: number }
  | ({ readonly state: 'ended-by-client'; readonly resultSet: boolean } & Payment)
  | ({ readonly state: 'settled'; readonly resultCid: string } & Payment)
  | { readonly state: 'gone' }
  | { readonly state: 'unknown'; readonly problem: Problem };

/** finish pays and closes; complete adds a result after the client's end; quit is unpaid. */
export type SettlementKind = 'finish' | 'complete' | 'quit';

/** Signed, so that it can be kept before it is sent; sending it twice is harmless. */
export interface SignedTransaction<Kind extends string = SettlementKind> {
  readonly kind: Kind;
  readonly signature: string;
  /** The whole signed transaction, base64. */
  readonly wire: string;
  readonly lastValidBlockHeight: number;
  readonly genesis: string;
}

export type TransactionStatus =
  | { readonly state: 'confirmed' }
  | { readonly state: 'pending' }
  | { readonly state: 'expired' }
  | { readonly state: 'rejected'; readonly problem: Problem };
