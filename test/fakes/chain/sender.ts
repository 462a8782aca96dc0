import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, Keypair, TransactionMessage, VersionedTransaction } from '@solana/web3.js';
import { toWeb3 } from './oracle.ts';
import type { OracleInstruction } from './oracle.ts';
import type { TestChain } from './test-chain.ts';

/** `done`, or why not: the number and the name that the program gave, or the runtime's own word. */
export type Outcome = string;

/** Keeps the keys of everybody in a test, and sends instructions that they have to sign. */
export class Sender {
  readonly connection: Connection;
  /** What the program wrote during the last attempt. */
  logs: readonly string[] = [];
  readonly #keys = new Map<string, Keypair>();
  /** Pays all fees, so that everybody else's balance shows rent and payments alone. */
  readonly #feePayer: string;

  constructor(chain: TestChain) {
    this.connection = new Connection(chain.rpcUrl, {
      commitment: 'confirmed',
      wsEndpoint: chain.wsUrl,
    });
    this.#feePayer = this.newKey();
    chain.fundSol(this.#feePayer, 100_000_000_000n);
  }

  /** A new address that can sign. */
  newKey(): string {
    const pair = Keypair.generate();
    const address = pair.publicKey.toBase58();
    this.#keys.set(address, pair);
    return address;
  }

  /** Tries an instruction out, and sends it if it works. Throws if it then isn't confirmed. */
  async attempt(instruction: OracleInstruction): Promise<Outcome> {
    const { blockhash } = await this.connection.getLatestBlockhash();
    const transaction = this.#sign(instruction, blockhash);
    const { value } = await this.connection.simulateTransaction(transaction);
    this.logs = value.logs ?? [];
    if (value.err !== null) return describeRefusal(value.err, this.logs);
    const options = { skipPreflight: true }; // it was just tried out
    const signature = await this.connection.sendTransaction(transaction, options);
    await this.#confirm(signature);
    return 'done';
  }

  /**
   * Asks instead of subscribing as web3.js does: about one in 800 notices of surfpool 1.5.0 never
   * comes, and web3.js then says "expired" of a transaction that was confirmed long ago.
   */
  async #confirm(signature: string): Promise<void> {
    for (let waitMs = 2; waitMs < 10_000; waitMs *= 2) {
      const { value } = await this.connection.getSignatureStatus(signature);
      if (value?.err) throw new Error(`${signature} failed after all`);
      if (value !== null && value.confirmationStatus !== 'processed') return;
      await sleep(waitMs);
    }
    throw new Error(`${signature} was not confirmed`);
  }

  #sign(instruction: OracleInstruction, blockhash: string): VersionedTransaction {
    const signers = instruction.accounts.filter((a) => (a.role & 2) !== 0).map((a) => a.address);
    const payer = this.#keyOf(this.#feePayer);
    const message = new TransactionMessage({
      payerKey: payer.publicKey,
      recentBlockhash: blockhash,
      instructions: [toWeb3(instruction)],
    }).compileToV0Message();
    const transaction = new VersionedTransaction(message);
    transaction.sign([payer, ...[...new Set(signers)].map((address) => this.#keyOf(address))]);
    return transaction;
  }

  #keyOf(address: string): Keypair {
    const pair = this.#keys.get(address);
    if (!pair) throw new Error(`nobody here can sign for ${address}`);
    return pair;
  }
}

/** `6013 NodeNotEnoughStake`: the number that the runtime reports, and the name in the program's log. */
function describeRefusal(error: unknown, logs: readonly string[]): Outcome {
  const text = typeof error === 'string' ? error : JSON.stringify(error);
  const custom = /"Custom":(\d+)/.exec(text)?.[1];
  if (custom === undefined) return /"InstructionError":\[0,"(\w+)"\]/.exec(text)?.[1] ?? text;
  const line = logs.find((log) => log.includes('AnchorError')) ?? '';
  const named = /Error Code: (\w+)\. Error Number: (\d+)\./.exec(line);
  return named !== null && named[2] === custom ? `${custom} ${named[1] ?? ''}` : `custom ${custom}`;
}
