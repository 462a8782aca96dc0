import { OffpeakError } from '../../contract/errors.ts';
import { ByteReader, ByteWriter } from './bytes.ts';

/*
 * The accounts of the Jobs and Staking programs, byte by byte. Layouts: nosana-programs,
 * programs/nosana-jobs/src/state.rs and programs/nosana-staking/src/state.rs. All numbers are
 * little endian; each account begins with 8 bytes that name its type; trailing bytes are padding.
 */

/** First 8 bytes of each account type: sha256("account:<Name>"), as Anchor has it. */
export const ACCOUNT_TYPE = {
  market: new Uint8Array(Buffer.from('c94ebbe1f0c6c9fb', 'hex')),
  job: new Uint8Array(Buffer.from('5b10a2052dd27d41', 'hex')),
  run: new Uint8Array(Buffer.from('c2a96ee6eb0be116', 'hex')),
  stake: new Uint8Array(Buffer.from('509e437c32bdc0ff', 'hex')),
} as const;

/** Allocated sizes in bytes (the serialized ones are smaller). */
export const JOB_BYTES = 240;
export const RUN_BYTES = 120;
/** Where a run account names its host. */
export const RUN_NODE_OFFSET = 40;

export interface MarketAccount {
  readonly authority: string;
  readonly jobExpirationSeconds: bigint;
  /** NOS base units per second. */
  readonly jobPrice: bigint;
  readonly jobTimeoutSeconds: bigint;
  readonly jobType: number;
  readonly vault: string;
  readonly vaultBump: number;
  /** The system program where no access key is needed. */
  readonly nodeAccessKey: string;
  readonly nodeXnosMinimum: bigint;
  readonly queueType: number;
  /** Addresses of jobs or of hosts, first in line first. */
  readonly queue: readonly string[];
}

/** Who is waiting in a market. */
export const QUEUE_TYPE = { job: 0, node: 1, empty: 255 } as const;
/** States of a job account; a running job is still `queued`, and has a run account. */
export const JOB_STATE = { queued: 0, done: 2, stopped: 3 } as const;

export interface JobAccount {
  readonly ipfsJob: Uint8Array;
  readonly ipfsResult: Uint8Array;
  readonly market: string;
  /** The system program until the job has ended. */
  readonly node: string;
  readonly payer: string;
  readonly price: bigint;
  readonly project: string;
  readonly state: number;
  readonly timeEndSeconds: bigint;
  readonly timeStartSeconds: bigint;
  readonly timeoutSeconds: bigint;
}

export interface RunAccount {
  readonly job: string;
  readonly node: string;
  readonly payer: string;
  readonly state: number;
  readonly timeSeconds: bigint;
}

export interface StakeAccount {
  readonly amount: bigint;
  readonly authority: string;
  readonly durationSeconds: bigint;
  readonly timeUnstakeSeconds: bigint;
  readonly vault: string;
  readonly vaultBump: number;
  readonly xnos: bigint;
}

/** Reads a market account; throws `network.account-malformed`. */
export function decodeMarket(data: Uint8Array): MarketAccount {
  const read = open(data, ACCOUNT_TYPE.market);
  return {
    authority: read.address(),
    jobExpirationSeconds: read.i64(),
    jobPrice: read.u64(),
    jobTimeoutSeconds: read.i64(),
    jobType: read.u8(),
    vault: read.address(),
    vaultBump: read.u8(),
    nodeAccessKey: read.address(),
    nodeXnosMinimum: read.u128(),
    queueType: read.u8(),
    // The reader ends with the data, so a lying length cannot make a long list.
    queue: Array.from({ length: Math.min(read.u32(), data.length / 32) }, () => read.address()),
  };
}

/** Writes a market account without padding. */
export function encodeMarket(market: MarketAccount): Uint8Array {
  const write = new ByteWriter()
    .bytes(ACCOUNT_TYPE.market)
    .address(market.authority)
    .i64(market.jobExpirationSeconds)
    .u64(market.jobPrice)
    .i64(market.jobTimeoutSeconds)
    .u8(market.jobType)
    .address(market.vault)
    .u8(market.vaultBump)
    .address(market.nodeAccessKey)
    .u128(market.nodeXnosMinimum)
    .u8(market.queueType)
    .u32(market.queue.length);
  for (const entry of market.queue) write.address(entry);
  return write.toBytes();
}

/** Reads a job account; throws `network.account-malformed`. */
export function decodeJob(data: Uint8Array): JobAccount {
  const read = open(data, ACCOUNT_TYPE.job);
  return {
    ipfsJob: read.bytes(32),
    ipfsResult: read.bytes(32),
    market: read.address(),
    node: read.address(),
    payer: read.address(),
    price: read.u64(),
    project: read.address(),
    state: read.u8(),
    timeEndSeconds: read.i64(),
    timeStartSeconds: read.i64(),
    timeoutSeconds: read.i64(),
  };
}

/** Writes a job account without padding. */
export function encodeJob(job: JobAccount): Uint8Array {
  return new ByteWriter()
    .bytes(ACCOUNT_TYPE.job)
    .bytes(job.ipfsJob)
    .bytes(job.ipfsResult)
    .address(job.market)
    .address(job.node)
    .address(job.payer)
    .u64(job.price)
    .address(job.project)
    .u8(job.state)
    .i64(job.timeEndSeconds)
    .i64(job.timeStartSeconds)
    .i64(job.timeoutSeconds)
    .toBytes();
}

/** Reads a run account; throws `network.account-malformed`. */
export function decodeRun(data: Uint8Array): RunAccount {
  const read = open(data, ACCOUNT_TYPE.run);
  return {
    job: read.address(),
    node: read.address(),
    payer: read.address(),
    state: read.u8(),
    timeSeconds: read.i64(),
  };
}

/** Writes a run account without padding. */
export function encodeRun(run: RunAccount): Uint8Array {
  return new ByteWriter()
    .bytes(ACCOUNT_TYPE.run)
    .address(run.job)
    .address(run.node)
    .address(run.payer)
    .u8(run.state)
    .i64(run.timeSeconds)
    .toBytes();
}

/** Reads a stake account; throws `network.account-malformed`. */
export function decodeStake(data: Uint8Array): StakeAccount {
  const read = open(data, ACCOUNT_TYPE.stake);
  return {
    amount: read.u64(),
    authority: read.address(),
    durationSeconds: read.u64(),
    timeUnstakeSeconds: read.i64(),
    vault: read.address(),
    vaultBump: read.u8(),
    xnos: read.u128(),
  };
}

/** Writes a stake account without padding. */
export function encodeStake(stake: StakeAccount): Uint8Array {
  return new ByteWriter()
    .bytes(ACCOUNT_TYPE.stake)
    .u64(stake.amount)
    .address(stake.authority)
    .u64(stake.durationSeconds)
    .i64(stake.timeUnstakeSeconds)
    .address(stake.vault)
    .u8(stake.vaultBump)
    .u128(stake.xnos)
    .toBytes();
}

function open(data: Uint8Array, type: Uint8Array): ByteReader {
  const read = new ByteReader(data);
  if (Buffer.compare(read.bytes(8), type) !== 0) {
    throw new OffpeakError('network.account-malformed');
  }
  return read;
}
