import * as oracle from '@nosana/jobs-program';
import { address, StakingClient } from '@nosana/kit';
import { describe, expect, it } from 'vitest';
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
} from '../../../../app/network/nosana/accounts.ts';
import { createGenerator, type Generator } from '../../../fakes/network/generator.ts';

/** Nosana's own generated client is the judge of every byte. */
const ROUNDS = 200;

describe('account bytes are those of the Nosana programs', () => {
  it('a market, with any queue', () => {
    each((make) => {
      const market = {
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
        queue: Array.from({ length: make.below(5) }, () => make.address()),
      };
      const bytes = encodeMarket(market);
      const theirs = oracle.getMarketAccountEncoder().encode({
        authority: address(market.authority),
        jobExpiration: market.jobExpirationSeconds,
        jobPrice: market.jobPrice,
        jobTimeout: market.jobTimeoutSeconds,
        jobType: market.jobType,
        vault: address(market.vault),
        vaultBump: market.vaultBump,
        nodeAccessKey: address(market.nodeAccessKey),
        nodeXnosMinimum: market.nodeXnosMinimum,
        queueType: market.queueType,
        queue: market.queue.map((entry) => address(entry)),
      });
      expect(hex(bytes)).toBe(hex(theirs));
      expect(decodeMarket(padded(bytes, 10_232))).toEqual(market);
    });
  });

  it('a job', () => {
    each((make) => {
      const job = {
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
      };
      const bytes = encodeJob(job);
      const theirs = oracle.getJobAccountEncoder().encode({
        ipfsJob: job.ipfsJob,
        ipfsResult: job.ipfsResult,
        market: address(job.market),
        node: address(job.node),
        payer: address(job.payer),
        price: job.price,
        project: address(job.project),
        state: job.state,
        timeEnd: job.timeEndSeconds,
        timeStart: job.timeStartSeconds,
        timeout: job.timeoutSeconds,
      });
      expect(hex(bytes)).toBe(hex(theirs));
      expect(decodeJob(padded(bytes, JOB_BYTES))).toEqual(job);
    });
  });

  it('a run', () => {
    each((make) => {
      const run = {
        job: make.address(),
        node: make.address(),
        payer: make.address(),
        state: make.below(256),
        timeSeconds: make.signed(64),
      };
      const bytes = encodeRun(run);
      const theirs = oracle.getRunAccountEncoder().encode({
        job: address(run.job),
        node: address(run.node),
        payer: address(run.payer),
        state: run.state,
        time: run.timeSeconds,
      });
      expect(hex(bytes)).toBe(hex(theirs));
      expect(decodeRun(padded(bytes, RUN_BYTES))).toEqual(run);
    });
  });

  it('a stake', () => {
    each((make) => {
      const stake = {
        amount: make.unsigned(64),
        authority: make.address(),
        durationSeconds: make.unsigned(64),
        timeUnstakeSeconds: make.signed(64),
        vault: make.address(),
        vaultBump: make.below(256),
        xnos: make.unsigned(128),
      };
      const bytes = encodeStake(stake);
      const theirs = StakingClient.getStakeAccountEncoder().encode({
        amount: stake.amount,
        authority: address(stake.authority),
        duration: stake.durationSeconds,
        timeUnstake: stake.timeUnstakeSeconds,
        vault: address(stake.vault),
        vaultBump: stake.vaultBump,
        xnos: stake.xnos,
      });
      expect(hex(bytes)).toBe(hex(theirs));
      expect(decodeStake(padded(bytes, 128))).toEqual(stake);
    });
  });
});

describe('what is not such an account is refused, whatever it says', () => {
  const run = encodeRun({
    job: createGenerator(1).address(),
    node: createGenerator(2).address(),
    payer: createGenerator(3).address(),
    state: 0,
    timeSeconds: 1n,
  });

  it('an account of another type', () => {
    expect(() => decodeJob(padded(run, JOB_BYTES))).toThrow(/cannot be read/);
  });

  it('an account that ends too early', () => {
    expect(() => decodeRun(run.subarray(0, run.length - 1))).toThrow(/cannot be read/);
  });

  it('an empty account', () => {
    expect(() => decodeMarket(new Uint8Array())).toThrow(/cannot be read/);
  });

  it('a market whose queue is said to be longer than the account', () => {
    const market = encodeMarket({
      authority: createGenerator(1).address(),
      jobExpirationSeconds: 0n,
      jobPrice: 0n,
      jobTimeoutSeconds: 0n,
      jobType: 0,
      vault: createGenerator(1).address(),
      vaultBump: 0,
      nodeAccessKey: createGenerator(1).address(),
      nodeXnosMinimum: 0n,
      queueType: 255,
      queue: [],
    });
    market.fill(0xff, 147, 151); // the length of the queue
    expect(() => decodeMarket(padded(market, 10_232))).toThrow(/cannot be read/);
  });
});

function each(check: (make: Generator) => void): void {
  for (let seed = 1; seed <= ROUNDS; seed++) check(createGenerator(seed));
}

function padded(bytes: Uint8Array, length: number): Uint8Array {
  const whole = new Uint8Array(length);
  whole.set(bytes);
  return whole;
}

function hex(bytes: ArrayLike<number>): string {
  return Buffer.from(Uint8Array.from(bytes)).toString('hex');
}
