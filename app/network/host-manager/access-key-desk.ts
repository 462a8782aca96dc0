import { addSignature, decodeTransaction } from '../../adapters/solana/decode-transaction.ts';
import { SYSTEM_PROGRAM } from '../../adapters/solana/addresses.ts';
import { tokenAddress } from '../../adapters/solana/token.ts';
import type { Trial } from '../../adapters/solana/trial.ts';
import type { ChainAccount, Signer } from '../../adapters/solana/types.ts';
import { encodeBase58 } from '../../contract/base58.ts';
import { OffpeakError } from '../../contract/errors.ts';
import type { Link } from '../nosana/link.ts';
import { findAccessKey } from '../nosana/access-key.ts';
import { readMarket } from '../nosana/market-read.ts';
import type { NosanaPrograms } from '../nosana/programs.ts';
import { sendUntilKnown } from '../nosana/transactions.ts';
import type { KeyFacts } from './access-key-rules.ts';
import {
  accountsToWatch,
  judgeEffects,
  judgeTransaction,
  type Accounts,
} from './access-key-transaction.ts';
import type { Clock } from './clock.ts';

/** Where access keys come from. */
export interface AccessKeys {
  /**
   * Makes sure that this host has the key of a market, by the transaction that the host manager
   * sent (base64) where it has none. `stale`: the transaction is too old, a fresh one is needed.
   * Throws `network.access-key-refused` where it would do anything else, `network.transaction-…`,
   * `network.rpc-…`.
   */
  obtain(market: string, transaction: string, signal: AbortSignal): Promise<'held' | 'stale'>;
}

/** What is needed of the chain, while there is a connection. */
export interface KeyChain extends Pick<Link, 'rpc' | 'genesis'> {
  readonly trial: Trial;
}

export interface AccessKeyDeskParts {
  /** Throws `network.not-connected`. */
  readonly chain: () => KeyChain;
  readonly signer: Signer;
  readonly programs: NosanaPrograms;
  /** What the owner allows. */
  readonly limits: () => Pick<KeyFacts, 'maxFeeLamports' | 'maxLamports'>;
  readonly clock: Clock;
}

/** Account of the key (2,039,280), a mint of its own (1,461,600), fees. Lamports. */
export const MAX_KEY_LAMPORTS = 5_000_000n;

/** How long the key may take to be seen after its transaction is confirmed, and the looks at it. */
const SEEN_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 1_000;

/** Judges, tries, signs and sends the transactions that bring access keys. */
export class AccessKeyDesk implements AccessKeys {
  readonly #parts: AccessKeyDeskParts;

  constructor(parts: AccessKeyDeskParts) {
    this.#parts = parts;
  }

  async obtain(
    market: string,
    transaction: string,
    signal: AbortSignal,
  ): Promise<'held' | 'stale'> {
    const { chain, signer } = this.#parts;
    const link = chain();
    const { nodeAccessKey: collection } = await readMarket(link.rpc, market);
    // Nothing to be had, and nothing to be signed: the market lets everybody in.
    if (collection === SYSTEM_PROGRAM) return 'held';
    if ((await findAccessKey(link.rpc, signer.address, collection)) !== null) return 'held';
    signal.throwIfAborted();
    const wire = await this.#signed(link, collection, transaction);
    if (wire === null) return 'stale';
    signal.throwIfAborted();
    if (!(await this.#send(link, wire, signal))) return 'stale';
    return this.#seen(link, collection, signal);
  }

  /** The transaction with our signature, once nothing speaks against it; null where it is too old. */
  async #signed(
    link: KeyChain,
    collection: string,
    transaction: string,
  ): Promise<ReturnType<typeof addSignature> | null> {
    const { signer, programs, limits } = this.#parts;
    const decoded = decodeTransaction(new Uint8Array(Buffer.from(transaction, 'base64')));
    if (decoded === null) throw refused('it cannot be read');
    const nosAccount = tokenAddress(signer.address, programs.nosMint);
    const watched = accountsToWatch(decoded, nosAccount);
    if (watched.length > MOST_WATCHED) throw refused('it names far too many accounts');
    const before = byAddress(await link.rpc.getAccounts(watched));
    const facts = { host: signer.address, nosAccount, existing: before, ...limits() };
    const reason = judgeTransaction(decoded, facts);
    if (reason !== null) throw refused(reason);
    const named = decoded.accounts.map(({ address }) => address);
    const trial = await link.trial(decoded.wire, named);
    if (!trial.ok) {
      if (trial.failure.reason.includes('BlockhashNotFound')) return null;
      throw refused(`the chain would not take it (${trial.failure.reason.slice(0, 200)})`);
    }
    // What a transaction does not name, it cannot change; not every server tells of such accounts.
    const unnamed = [...before.values()].filter(({ address }) => !named.includes(address));
    const after = byAddress([...trial.accounts, ...unnamed]);
    const effects = judgeEffects({ before, after }, facts, collection);
    if (effects !== null) throw refused(effects);
    return addSignature(decoded, signer.address, await signer.sign(decoded.message));
  }

  /** False where the chain did not take it in time. */
  async #send(
    link: KeyChain,
    { wire, signature }: ReturnType<typeof addSignature>,
    signal: AbortSignal,
  ): Promise<boolean> {
    // Its blockhash is older than one of now, so that it cannot live longer than one of now.
    const { lastValidBlockHeight } = await link.rpc.getLatestBlockhash();
    const status = await sendUntilKnown(
      link,
      {
        kind: 'access-key',
        signature: encodeBase58(signature),
        wire: Buffer.from(wire).toString('base64'),
        lastValidBlockHeight,
        genesis: link.genesis,
      },
      signal,
    );
    switch (status.state) {
      case 'confirmed':
        return true;
      case 'expired':
        return false;
      case 'pending':
        signal.throwIfAborted();
        throw new OffpeakError('network.transaction-pending');
      case 'rejected': {
        const { message } = status.problem;
        throw new OffpeakError('network.transaction-rejected', { message });
      }
    }
  }

  /** The network's own host sleeps for half a minute here; looking is quicker, and surer. */
  async #seen(link: KeyChain, collection: string, signal: AbortSignal): Promise<'held'> {
    const { clock, signer } = this.#parts;
    for (let waitedMs = 0; waitedMs < SEEN_WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
      const key = await findAccessKey(link.rpc, signer.address, collection);
      if (key !== null) return 'held';
      await clock.sleep(LOOK_EVERY_MS, signal);
    }
    throw new OffpeakError('network.access-key-missing');
  }
}

/** One `getMultipleAccounts` takes this many. */
const MOST_WATCHED = 100;

function byAddress(accounts: readonly (ChainAccount | null)[]): Accounts {
  return new Map(accounts.flatMap((found) => (found === null ? [] : [[found.address, found]])));
}

function refused(reason: string): OffpeakError {
  const message = `Offpeak did not sign the transaction for the access key: ${reason}.`;
  return new OffpeakError('network.access-key-refused', { message });
}
