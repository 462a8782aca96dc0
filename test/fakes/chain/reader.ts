import {
  getJobAccountDecoder,
  getMarketAccountDecoder,
  getRunAccountDecoder,
} from '@nosana/jobs-program';
import type { JobAccount, MarketAccount, RunAccount } from '@nosana/jobs-program';
import { PublicKey } from '@solana/web3.js';
import type { AccountInfo, Connection } from '@solana/web3.js';
import { nosAccountOf } from './addresses.ts';

/** Reads a test chain; accounts of the market program are decoded by Nosana's published client. */
export class ChainReader {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async market(address: string): Promise<MarketAccount> {
    return getMarketAccountDecoder().decode((await this.account(address)).data);
  }

  async job(address: string): Promise<JobAccount> {
    return getJobAccountDecoder().decode((await this.account(address)).data);
  }

  async run(address: string): Promise<RunAccount> {
    return getRunAccountDecoder().decode((await this.account(address)).data);
  }

  /** Throws where there is no such account. */
  async account(address: string): Promise<AccountInfo<Buffer>> {
    const account = await this.#connection.getAccountInfo(new PublicKey(address));
    if (!account) throw new Error(`there is no account at ${address}`);
    return account;
  }

  async exists(address: string): Promise<boolean> {
    return (await this.#connection.getAccountInfo(new PublicKey(address))) !== null;
  }

  /** A wallet's NOS in base units. */
  nosOf(owner: string): Promise<bigint> {
    return this.tokens(nosAccountOf(owner));
  }

  /** What a token account holds, in base units. */
  async tokens(account: string): Promise<bigint> {
    const { value } = await this.#connection.getTokenAccountBalance(new PublicKey(account));
    return BigInt(value.amount);
  }

  async lamportsOf(address: string): Promise<bigint> {
    return BigInt(await this.#connection.getBalance(new PublicKey(address)));
  }
}
