import { getMarketAccountEncoder } from '@nosana/jobs-program';
import { Keypair } from '@solana/web3.js';
import { addresses, stakeOf, vaultOf } from './addresses.ts';
import { encodeStake, encodeTokenAccount } from './layouts.ts';
import { toAddress } from './oracle.ts';
import type { TestChain } from './test-chain.ts';

export interface TestMarket {
  readonly address: string;
  /** The token account with the deposits of its jobs. */
  readonly vault: string;
}

export interface MarketTerms {
  readonly address?: string;
  /** Who may take nodes out of the queue. */
  readonly authority?: string;
  /** NOS base units a second; 48 if not said. */
  readonly pricePerSecond?: bigint;
  readonly timeoutSeconds?: bigint;
  /** How long a finished job is kept. */
  readonly expirationSeconds?: bigint;
  readonly jobType?: number;
  /** A collection of tokens of which a node must own one. */
  readonly accessKey?: string;
  readonly xnosMinimum?: bigint;
}

/** Writes a market with an empty queue and an empty vault onto the chain, at a random address if none is said. */
export function createMarket(chain: TestChain, terms: MarketTerms = {}): TestMarket {
  const address = terms.address ?? randomAddress();
  const vault = vaultOf(address);
  const account = getMarketAccountEncoder().encode({
    authority: toAddress(terms.authority ?? randomAddress()),
    jobExpiration: terms.expirationSeconds ?? 86_400n,
    jobPrice: terms.pricePerSecond ?? 48n,
    jobTimeout: terms.timeoutSeconds ?? 7200n,
    jobType: terms.jobType ?? 0,
    vault: toAddress(vault.address),
    vaultBump: vault.bump,
    nodeAccessKey: toAddress(terms.accessKey ?? addresses.systemProgram),
    nodeXnosMinimum: terms.xnosMinimum ?? 0n,
    queueType: 255,
    queue: [],
  });
  const data = Buffer.alloc(marketSpace);
  data.set(account);
  chain.put({ address, owner: addresses.jobsProgram, data });
  chain.put({
    address: vault.address,
    owner: addresses.tokenProgram,
    data: encodeTokenAccount({ mint: addresses.nosMint, owner: vault.address, amount: 0n }),
  });
  return { address, vault: vault.address };
}

/** Gives `owner` a stake that counts for `xnos`; without one a node is let into no market. */
export function createStake(chain: TestChain, owner: string, xnos = 0n): void {
  const data = encodeStake({ authority: owner, xnos });
  chain.put({ address: stakeOf(owner), owner: addresses.stakingProgram, data });
}

/** What the real program allocates: a queue of 314 (nosana-programs state.rs). */
const marketSpace = 10_232;

function randomAddress(): string {
  return Keypair.generate().publicKey.toBase58();
}
