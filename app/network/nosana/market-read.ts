import type { SolanaRpc } from '../../adapters/solana/solana-rpc.ts';
import type { ChainAccount } from '../../adapters/solana/types.ts';
import { OffpeakError } from '../../contract/errors.ts';
import {
  ACCOUNT_TYPE,
  decodeJob,
  decodeMarket,
  decodeRun,
  QUEUE_TYPE,
  RUN_BYTES,
  RUN_NODE_OFFSET,
  type MarketAccount,
} from './accounts.ts';
import { encodeBase58 } from '../../contract/base58.ts';
import { cidOfDigest, NO_DOCUMENT } from './cid.ts';
import type { NosanaPrograms } from './programs.ts';
import type { Offer } from '../../jobs/ports.ts';

/** A market as a host sees it. */
export interface MarketView {
  readonly address: string;
  /** NOS base units per second. */
  readonly pricePerSecond: bigint;
  /** The longest a job of this market runs, unless extended. */
  readonly timeoutSeconds: number;
  /** Who waits: hosts for jobs, or jobs for hosts. */
  readonly waiting: 'hosts' | 'jobs' | 'nobody';
  /** This host's place in line, 1 is next; null where it is not in the queue. */
  readonly position: number | null;
  readonly length: number;
}

/** What a market account says to this host. */
export function viewMarket(address: string, market: MarketAccount, host: string): MarketView {
  const hosts = market.queueType === QUEUE_TYPE.node;
  const at = hosts ? market.queue.indexOf(host) : -1;
  const someone = hosts ? 'hosts' : 'jobs';
  return {
    address,
    pricePerSecond: market.jobPrice,
    timeoutSeconds: Number(market.jobTimeoutSeconds),
    waiting: market.queue.length === 0 ? 'nobody' : someone,
    position: at < 0 ? null : at + 1,
    length: market.queue.length,
  };
}

/** Reads the market account; throws `network.market-missing` and `network.rpc-…`. */
export async function readMarket(
  rpc: Pick<SolanaRpc, 'getAccounts' | 'elsewhere'>,
  address: string,
): Promise<MarketAccount> {
  return (await readMarketAnd(rpc, address, [])).market;
}

/** The same with other accounts of the same slot, for one call. */
export async function readMarketAnd(
  rpc: Pick<SolanaRpc, 'getAccounts' | 'elsewhere'>,
  address: string,
  others: readonly string[],
): Promise<{ market: MarketAccount; others: (ChainAccount | null)[] }> {
  const [account = null, ...rest] = await rpc.getAccounts([address, ...others]);
  const found = account ?? (await rpc.elsewhere.getAccounts([address]))[0] ?? null;
  if (found === null) throw new OffpeakError('network.market-missing');
  return { market: decodeMarket(found.data), others: rest };
}

/** The filters for runs of one host: also what is subscribed to. */
export function runsOf(host: string): Parameters<SolanaRpc['getProgramAccounts']>[1] {
  return [
    { dataSize: RUN_BYTES },
    { offset: 0, bytes: encodeBase58(ACCOUNT_TYPE.run) },
    { offset: RUN_NODE_OFFSET, bytes: host },
  ];
}

/** Run accounts that name this host now; an empty list is no proof that there are none. */
export function readRuns(
  rpc: Pick<SolanaRpc, 'getProgramAccounts'>,
  programs: NosanaPrograms,
  host: string,
): Promise<ChainAccount[]> {
  return rpc.getProgramAccounts(programs.jobs, runsOf(host));
}

/** The same where "none" decides something: a second opinion is asked before it is believed. */
export async function readRunsSurely(
  rpc: Pick<SolanaRpc, 'getProgramAccounts' | 'elsewhere'>,
  programs: NosanaPrograms,
  host: string,
): Promise<ChainAccount[]> {
  const runs = await readRuns(rpc, programs, host);
  return runs.length > 0 ? runs : readRuns(rpc.elsewhere, programs, host);
}

/** What one server does not find is looked for at another before it is made anew. */
export async function readSurely(
  rpc: Pick<SolanaRpc, 'getAccounts' | 'elsewhere'>,
  addresses: readonly string[],
): Promise<(ChainAccount | null)[]> {
  const first = await rpc.getAccounts(addresses);
  if (!first.includes(null)) return first;
  const second = await rpc.elsewhere.getAccounts(addresses);
  return first.map((account, i) => account ?? second[i] ?? null);
}

/**
 * The offer that a run account is, with its job; null where the account is closed, is no run of this
 * host, or its job is gone. Throws `network.rpc-…`.
 */
export async function offerOf(
  rpc: Pick<SolanaRpc, 'getAccounts' | 'elsewhere'>,
  host: string,
  account: ChainAccount,
): Promise<Offer | null> {
  if (account.data.length === 0) return null;
  const run = decodeRun(account.data);
  if (run.node !== host) return null;
  // A run without its job is rare; a server that finds nothing is not.
  const [jobAccount] = await readSurely(rpc, [run.job]);
  if (jobAccount === undefined || jobAccount === null) return null;
  const job = decodeJob(jobAccount.data);
  return {
    run: account.address,
    job: run.job,
    market: job.market,
    poster: job.project,
    definitionCid: cidOfDigest(job.ipfsJob) ?? NO_DOCUMENT,
    pricePerSecond: job.price,
    timeoutSeconds: Number(job.timeoutSeconds),
    assignedAt: Number(run.timeSeconds) * 1000,
  };
}
