import * as jobs from '@nosana/jobs-program';
import { StakingClient } from '@nosana/kit';
import {
  decodeJob,
  decodeMarket,
  decodeRun,
  decodeStake,
  encodeJob,
  encodeMarket,
  encodeRun,
  encodeStake,
  JOB_BYTES,
  RUN_BYTES,
  type JobAccount,
  type MarketAccount,
  type RunAccount,
  type StakeAccount,
} from '../../../app/network/nosana/accounts.ts';
import { toAddress } from '../chain/oracle.ts';
import type { Generator } from './generator.ts';

/** One kind of account as our code has it, beside the same in Nosana's own generated client. */
export interface AccountCodec<Ours, Args, Theirs extends Args> {
  readonly name: string;
  /** What the program allocates, in bytes. */
  readonly space: number;
  /** An account of which each field has another random value. */
  sample(make: Generator): Ours;
  encode(account: Ours): Uint8Array;
  decode(data: Uint8Array): Ours;
  readonly theirs: {
    encode(account: Args): ArrayLike<number>;
    decode(data: Uint8Array): Theirs;
  };
  toTheirs(account: Ours): Args;
  toOurs(account: Theirs): Ours;
}

/** The most that a market's queue holds. (nosana-programs, state.rs) */
export const LONGEST_QUEUE = 314;

export const marketCodec: AccountCodec<MarketAccount, jobs.MarketAccountArgs, jobs.MarketAccount> =
  {
    name: 'market',
    space: 10_232,
    sample: (make) => sampleMarket(make, make.below(5)),
    encode: encodeMarket,
    decode: decodeMarket,
    theirs: {
      encode: (args) => jobs.getMarketAccountEncoder().encode(args),
      decode: (data) => jobs.getMarketAccountDecoder().decode(data),
    },
    toTheirs: (market) => ({
      authority: toAddress(market.authority),
      jobExpiration: market.jobExpirationSeconds,
      jobPrice: market.jobPrice,
      jobTimeout: market.jobTimeoutSeconds,
      jobType: market.jobType,
      vault: toAddress(market.vault),
      vaultBump: market.vaultBump,
      nodeAccessKey: toAddress(market.nodeAccessKey),
      nodeXnosMinimum: market.nodeXnosMinimum,
      queueType: market.queueType,
      queue: market.queue.map(toAddress),
    }),
    toOurs: (market) => ({
      authority: market.authority,
      jobExpirationSeconds: market.jobExpiration,
      jobPrice: market.jobPrice,
      jobTimeoutSeconds: market.jobTimeout,
      jobType: market.jobType,
      vault: market.vault,
      vaultBump: market.vaultBump,
      nodeAccessKey: market.nodeAccessKey,
      nodeXnosMinimum: market.nodeXnosMinimum,
      queueType: market.queueType,
      queue: market.queue,
    }),
  };

/** A market with so many in its queue. */
export function sampleMarket(make: Generator, queueLength: number): MarketAccount {
  return {
    authority: make.address(),
    jobExpirationSeconds: make.signed(64),
    jobPrice: make.unsigned(64),
    jobTimeoutSeconds: make.signed(64),
    jobType: make.below(256),
    vault: make.address(),
    vaultBump: make.below(256),
    nodeAccessKey: make.address(),
    nodeXnosMinimum: make.unsigned(128),
    queueType: make.below(256),
    queue: Array.from({ length: queueLength }, () => make.address()),
  };
}

export const jobCodec: AccountCodec<JobAccount, jobs.JobAccountArgs, jobs.JobAccount> = {
  name: 'job',
  space: JOB_BYTES,
  sample: (make) => ({
    ipfsJob: make.bytes(32),
    ipfsResult: make.bytes(32),
    market: make.address(),
    node: make.address(),
    payer: make.address(),
    price: make.unsigned(64),
    project: make.address(),
    state: make.below(256),
    timeEndSeconds: make.signed(64),
    timeStartSeconds: make.signed(64),
    timeoutSeconds: make.signed(64),
  }),
  encode: encodeJob,
  decode: decodeJob,
  theirs: {
    encode: (args) => jobs.getJobAccountEncoder().encode(args),
    decode: (data) => jobs.getJobAccountDecoder().decode(data),
  },
  toTheirs: (job) => ({
    ipfsJob: job.ipfsJob,
    ipfsResult: job.ipfsResult,
    market: toAddress(job.market),
    node: toAddress(job.node),
    payer: toAddress(job.payer),
    price: job.price,
    project: toAddress(job.project),
    state: job.state,
    timeEnd: job.timeEndSeconds,
    timeStart: job.timeStartSeconds,
    timeout: job.timeoutSeconds,
  }),
  toOurs: (job) => ({
    ipfsJob: Uint8Array.from(job.ipfsJob),
    ipfsResult: Uint8Array.from(job.ipfsResult),
    market: job.market,
    node: job.node,
    payer: job.payer,
    price: job.price,
    project: job.project,
    state: job.state,
    timeEndSeconds: job.timeEnd,
    timeStartSeconds: job.timeStart,
    timeoutSeconds: job.timeout,
  }),
};

export const runCodec: AccountCodec<RunAccount, jobs.RunAccountArgs, jobs.RunAccount> = {
  name: 'run',
  space: RUN_BYTES,
  sample: (make) => ({
    job: make.address(),
    node: make.address(),
    payer: make.address(),
    state: make.below(256),
    timeSeconds: make.signed(64),
  }),
  encode: encodeRun,
  decode: decodeRun,
  theirs: {
    encode: (args) => jobs.getRunAccountEncoder().encode(args),
    decode: (data) => jobs.getRunAccountDecoder().decode(data),
  },
  toTheirs: (run) => ({
    job: toAddress(run.job),
    node: toAddress(run.node),
    payer: toAddress(run.payer),
    state: run.state,
    time: run.timeSeconds,
  }),
  toOurs: (run) => ({
    job: run.job,
    node: run.node,
    payer: run.payer,
    state: run.state,
    timeSeconds: run.time,
  }),
};

export const stakeCodec: AccountCodec<
  StakeAccount,
  StakingClient.StakeAccountArgs,
  StakingClient.StakeAccount
> = {
  name: 'stake',
  space: 120,
  sample: (make) => ({
    amount: make.unsigned(64),
    authority: make.address(),
    durationSeconds: make.unsigned(64),
    timeUnstakeSeconds: make.signed(64),
    vault: make.address(),
    vaultBump: make.below(256),
    xnos: make.unsigned(128),
  }),
  encode: encodeStake,
  decode: decodeStake,
  theirs: {
    encode: (args) => StakingClient.getStakeAccountEncoder().encode(args),
    decode: (data) => StakingClient.getStakeAccountDecoder().decode(data),
  },
  toTheirs: (stake) => ({
    amount: stake.amount,
    authority: toAddress(stake.authority),
    duration: stake.durationSeconds,
    timeUnstake: stake.timeUnstakeSeconds,
    vault: toAddress(stake.vault),
    vaultBump: stake.vaultBump,
    xnos: stake.xnos,
  }),
  toOurs: (stake) => ({
    amount: stake.amount,
    authority: stake.authority,
    durationSeconds: stake.duration,
    timeUnstakeSeconds: stake.timeUnstake,
    vault: stake.vault,
    vaultBump: stake.vaultBump,
    xnos: stake.xnos,
  }),
};
