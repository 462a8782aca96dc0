import { type AccountInfo, type Connection, PublicKey } from '@solana/web3.js';
import {
  decodeJob,
  decodeMarket,
  decodeRun,
  decodeStake,
  JOB_BYTES,
  JOB_STATE,
  type MarketAccount,
  QUEUE_TYPE,
  RUN_BYTES,
} from '../../../../app/network/nosana/accounts.ts';
import { addresses, nosAccountOf, stakeOf, stakeVaultOf, vaultOf } from '../addresses.ts';
import type { BookedMarket } from './books.ts';
import type { Cast } from './choose.ts';
import type { StatedJob, StatedRun, StatedStake, Statement } from './statement.ts';

const CLOCK = 'SysvarC1ock11111111111111111111111111111111';

/** The chain's clock in seconds; it is the last field of the Clock sysvar. */
export async function chainTime(connection: Connection): Promise<bigint> {
  const account = await connection.getAccountInfo(new PublicKey(CLOCK));
  if (account === null) throw new Error('the chain has no clock');
  return account.data.readBigInt64LE(32);
}

/** Who has what, read from every account of the cast and from all that the Jobs program owns. */
export async function readStatement(
  connection: Connection,
  { hosts, posters, markets }: Omit<Cast, 'newKey'>,
): Promise<Statement> {
  const people = [...hosts, ...posters];
  const read = await readAccounts(connection, [
    CLOCK,
    ...people,
    ...people.map(nosAccountOf),
    ...markets.map((market) => vaultOf(market).address),
    ...hosts.flatMap((host) => [stakeOf(host), stakeVaultOf(host)]),
  ]);
  const tokens = (address: string): bigint => read.get(address)?.data.readBigUInt64LE(64) ?? 0n;
  const lamports = (address: string): bigint => BigInt(read.get(address)?.lamports ?? 0);
  const stakes: Record<string, StatedStake> = {};
  for (const host of hosts) {
    const [account, vault] = [read.get(stakeOf(host)), stakeVaultOf(host)];
    if (account === undefined) continue;
    const { amount, durationSeconds, timeUnstakeSeconds, xnos } = decodeStake(account.data);
    const stake = { amount, durationSeconds, unstakedAt: timeUnstakeSeconds, xnos };
    const rentLamports = lamports(stakeOf(host)) + lamports(vault);
    stakes[host] = { ...stake, held: tokens(vault), rentLamports };
  }
  return {
    now: read.get(CLOCK)?.data.readBigInt64LE(32) ?? 0n,
    nos: {
      ...Object.fromEntries(people.map((person) => [person, tokens(nosAccountOf(person))])),
      ...Object.fromEntries(markets.map((market) => [market, tokens(vaultOf(market).address)])),
    },
    lamports: Object.fromEntries(people.map((person) => [person, lamports(person)])),
    stakes,
    ...(await readJobsProgram(connection)),
  };
}

async function readJobsProgram(
  connection: Connection,
): Promise<Pick<Statement, 'queues' | 'jobs' | 'runs'>> {
  const owned = await connection.getProgramAccounts(new PublicKey(addresses.jobsProgram));
  const queues: Record<string, BookedMarket['queue']> = {};
  const jobs: Record<string, StatedJob> = {};
  const runs: Record<string, StatedRun> = {};
  for (const { pubkey, account } of owned) {
    const [address, rentLamports] = [pubkey.toBase58(), BigInt(account.lamports)];
    switch (account.data.length) {
      case JOB_BYTES:
        jobs[address] = { ...jobOf(account.data), rentLamports };
        break;
      case RUN_BYTES: {
        const { job, node, payer, timeSeconds } = decodeRun(account.data);
        runs[address] = { job, host: node, payer, startedAt: timeSeconds, rentLamports };
        break;
      }
      default:
        queues[address] = queueOf(decodeMarket(account.data));
    }
  }
  return { queues, jobs, runs };
}

function jobOf(data: Uint8Array): Omit<StatedJob, 'rentLamports'> {
  const job = decodeJob(data);
  return {
    market: job.market,
    poster: job.payer,
    price: job.price,
    timeoutSeconds: job.timeoutSeconds,
    state: stateOf(job.state),
    host: job.node === addresses.systemProgram ? null : job.node,
    endedAt: job.timeEndSeconds,
    hasResult: job.ipfsResult.some((byte) => byte !== 0),
  };
}

function stateOf(state: number): StatedJob['state'] {
  switch (state) {
    case JOB_STATE.queued:
      return 'queued';
    case JOB_STATE.stopped:
      return 'stopped';
    case JOB_STATE.done:
      return 'done';
    default:
      throw new Error(`a job in state ${state}`);
  }
}

function queueOf({ queueType, queue }: MarketAccount): BookedMarket['queue'] {
  switch (queueType) {
    case QUEUE_TYPE.job:
      return { of: 'jobs', waiting: [...queue] };
    case QUEUE_TYPE.node:
      return { of: 'hosts', waiting: [...queue] };
    default:
      return { of: 'nobody', waiting: [...queue] };
  }
}

async function readAccounts(
  connection: Connection,
  wanted: readonly string[],
): Promise<Map<string, AccountInfo<Buffer>>> {
  const found = await connection.getMultipleAccountsInfo(wanted.map((one) => new PublicKey(one)));
  const read = new Map<string, AccountInfo<Buffer>>();
  wanted.forEach((address, i) => {
    const account = found[i];
    if (account) read.set(address, account);
  });
  return read;
}
