import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@solana/web3.js';
import { throwawaySigner } from '../../../../app/adapters/solana/signer.ts';
import { signTransaction } from '../../../../app/adapters/solana/transaction.ts';
import type { Instruction, Signer } from '../../../../app/adapters/solana/types.ts';
import { encodeBase58 } from '../../../../app/contract/base58.ts';
import { openMarket } from '../../../../app/network/nosana/instructions-client.ts';
import type { AccessKey } from '../../../../app/network/nosana/instructions-host.ts';
import { NOSANA_PROGRAMS } from '../../../../app/network/nosana/programs.ts';
import { createGenerator, type Generator } from '../../network/generator.ts';
import { addresses, metadataOf } from '../addresses.ts';
import { encodeMetadata, encodeMint, encodeTokenAccount } from '../layouts.ts';
import { startTestChain, type TestChain } from '../test-chain.ts';
import { instructionOf } from './act.ts';
import { Books, type BookedMarket } from './books.ts';
import { choose, type Cast } from './choose.ts';
import { chainTime, readStatement } from './read-statement.ts';
import { signersOf, type Operation, type Transaction } from './operations.ts';
import { statementOf, type Statement } from './statement.ts';

const SOL = 1_000_000_000n;
const FORTNIGHT = 1_209_600n;

/** What was tried, what the rules say of it and what the chain did. */
export interface Step {
  readonly operation: Operation;
  readonly isAllowed: boolean;
  readonly isDone: boolean;
}

/**
 * Hosts, posters and four markets on a real local chain, who do things at random: every step is
 * built by the app's own code, sent to the chain, and entered in the books.
 */
export class Walk {
  readonly books: Books;
  readonly cast: Cast;
  readonly #chain: TestChain;
  readonly #connection: Connection;
  readonly #make: Generator;
  readonly #markets: string[] = [];
  readonly #signers = new Map<string, Signer>();
  readonly #accessKeys = new Map<string, AccessKey>();

  private constructor(chain: TestChain, connection: Connection, seed: number, now: bigint) {
    this.#chain = chain;
    this.#connection = connection;
    this.#make = createGenerator(seed);
    this.books = new Books(now);
    const people = (count: number, nos: bigint) =>
      Array.from({ length: count }, () => this.#person(nos));
    this.cast = {
      hosts: people(3, 50_000_000n),
      posters: people(2, 4_000_000_000n),
      markets: this.#markets,
      newKey: () => this.#newKey(),
    };
  }

  /** Opens the markets; two of the three hosts have a stake then. */
  static async start(seed: number): Promise<Walk> {
    const chain = await startTestChain();
    const connection = new Connection(chain.rpcUrl, 'confirmed');
    const walk = new Walk(chain, connection, seed, await chainTime(connection));
    await walk.#found();
    return walk;
  }

  /** Chooses something and does it. */
  step(): Promise<Step> {
    return this.do(choose(this.#make, this.books, this.cast));
  }

  async do(operation: Operation): Promise<Step> {
    if (operation.kind === 'wait') {
      this.books.now += operation.seconds;
      this.#chain.travelTo(Number(this.books.now) * 1000);
      return { operation, isAllowed: true, isDone: true };
    }
    const instruction = this.#instructionOf(operation);
    const isAllowed = this.books.enter(operation);
    const isDone = await this.#send(instruction, signersOf(operation));
    return { operation, isAllowed, isDone };
  }

  /** Who has what, as the chain has it. */
  onChain(): Promise<Statement> {
    const { hosts, posters, markets } = this.cast;
    return readStatement(this.#connection, { hosts, posters, markets });
  }

  inBooks(): Statement {
    return statementOf(this.books);
  }

  stop(): void {
    this.#chain.stop();
  }

  async #found(): Promise<void> {
    const collection = this.#newKey();
    const [first = '', second = ''] = this.cast.hosts;
    for (const host of [first, second]) this.#accessKeys.set(host, this.#grant(host, collection));
    const open = { price: 48n, xnosMinimum: 0n, expirationSeconds: 600n, admits: null };
    await this.#open(open);
    await this.#open({ ...open, price: 0n });
    await this.#open({ ...open, price: 150n, admits: [first, second] }, collection);
    await this.#open({
      ...open,
      price: 1_000_003n,
      xnosMinimum: 20_000_000n,
      expirationSeconds: 0n,
    });
    for (const [host, amount] of [
      [first, 30_000_000n],
      [second, 0n],
    ] as const) {
      await this.do({ kind: 'stake', host, amount, durationSeconds: FORTNIGHT });
    }
  }

  async #open(terms: Omit<BookedMarket, 'address' | 'queue'>, collection?: string): Promise<void> {
    const [market, authority] = [this.#newKey(), this.#newKey()];
    this.#chain.fundSol(authority, SOL);
    const instruction = openMarket(NOSANA_PROGRAMS, {
      market,
      authority,
      accessKey: collection ?? addresses.systemProgram,
      jobExpirationSeconds: terms.expirationSeconds,
      jobPrice: terms.price,
      jobTimeoutSeconds: 7_200n,
      jobType: 0,
      nodeXnosMinimum: terms.xnosMinimum,
    });
    if (!(await this.#send(instruction, [authority, market]))) throw new Error('no market');
    const queue: BookedMarket['queue'] = { of: 'nobody', waiting: [] };
    this.books.markets.set(market, { ...terms, address: market, queue });
    this.books.giveNos(market, 0n);
    this.#markets.push(market);
  }

  /** A token of the collection, as the operator of the network would have sent it. */
  #grant(host: string, collection: string): AccessKey {
    const [mint, tokenAccount] = [this.#newKey(), this.#newKey()];
    const put = (address: string, owner: string, data: Uint8Array): void =>
      this.#chain.put({ address, owner, data });
    put(mint, addresses.tokenProgram, encodeMint({ supply: 1n, decimals: 0 }));
    const token = encodeTokenAccount({ mint, owner: host, amount: 1n });
    put(tokenAccount, addresses.tokenProgram, token);
    const metadata = encodeMetadata({ mint, collection, verified: true });
    put(metadataOf(mint), addresses.metadataProgram, metadata);
    return { tokenAccount, metadata: metadataOf(mint) };
  }

  #person(nosBaseUnits: bigint): string {
    const address = this.#newKey();
    this.#chain.fundSol(address, 1_000n * SOL);
    this.#chain.fundNos(address, nosBaseUnits);
    this.books.giveLamports(address, 1_000n * SOL);
    this.books.giveNos(address, nosBaseUnits);
    return address;
  }

  #newKey(): string {
    const signer = throwawaySigner();
    this.#signers.set(signer.address, signer);
    return signer.address;
  }

  #instructionOf(transaction: Transaction): Instruction {
    const accessKeyOf = (host: string) => this.#accessKeys.get(host) ?? null;
    return instructionOf(transaction, this.books, { accessKeyOf });
  }

  /** Without trying it out first: what is refused costs its fee, as on the real network. */
  async #send(instruction: Instruction, by: readonly [string, ...string[]]): Promise<boolean> {
    const { blockhash } = await this.#connection.getLatestBlockhash();
    const [payer, ...others] = by;
    const signers = [this.#signerOf(payer), ...others.map((one) => this.#signerOf(one))] as const;
    const signed = await signTransaction({ instructions: [instruction], signers, blockhash });
    await this.#connection.sendRawTransaction(signed.wire, { skipPreflight: true });
    const signature = encodeBase58(signed.signature);
    for (let waitMs = 1; waitMs < 10_000; waitMs *= 2) {
      const { value } = await this.#connection.getSignatureStatus(signature);
      if (value !== null && value.confirmationStatus !== 'processed') return value.err === null;
      await sleep(waitMs);
    }
    throw new Error(`${signature} was not confirmed`);
  }

  #signerOf(address: string): Signer {
    const signer = this.#signers.get(address);
    if (signer === undefined) throw new Error(`nobody here can sign for ${address}`);
    return signer;
  }
}
