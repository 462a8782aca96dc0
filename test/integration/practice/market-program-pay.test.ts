import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addresses, nosAccountOf } from '../../fakes/chain/addresses.ts';
import { encodeTokenAccount } from '../../fakes/chain/layouts.ts';
import type { MarketTerms } from '../../fakes/chain/market.ts';
import type { OracleInstruction } from '../../fakes/chain/oracle.ts';
import { must, nullHash, Play, someHash } from '../../fakes/chain/play.ts';
import { chainProblem } from '../../fakes/chain/surfpool.ts';
import { startTestChain } from '../../fakes/chain/test-chain.ts';
import type { TestChain } from '../../fakes/chain/test-chain.ts';

const price = 48n;
const funds = 1_000_000_000n;

describe.skipIf(chainProblem !== null)(`Money on a practice market ${chainProblem ?? ''}`, () => {
  let chain: TestChain;
  beforeAll(async () => {
    chain = await startTestChain();
  });
  afterAll(() => chain.stop());

  const play = (terms: MarketTerms = {}): Play =>
    new Play(chain, { pricePerSecond: price, ...terms });

  /** Who has how much, in base units. */
  const purses = async (p: Play): Promise<{ node: bigint; poster: bigint; vault: bigint }> => ({
    node: await p.see.nosOf(p.node),
    poster: await p.see.nosOf(p.poster),
    vault: await p.see.tokens(p.market.vault),
  });

  describe('a node that finishes a job', () => {
    it('is paid for every second since the Run began, and the poster gets the rest back', async () => {
      const p = play();
      const { job, run } = await p.running(3600n);
      await p.letPass(run, 600n);
      const { time } = await p.see.run(run);
      expect(await p.finish(job, run)).toBe('done');

      const state = await p.see.job(job);
      expect(state).toMatchObject({
        state: 2,
        node: p.node,
        timeStart: time,
        timeEnd: time + 600n,
      });
      expect([...state.ipfsResult]).toEqual([...someHash]);
      expect(await purses(p)).toEqual({
        node: 600n * price,
        poster: funds - 600n * price,
        vault: 0n,
      });
    });

    it('gives the rent of the Run back to the one who paid it', async () => {
      const p = play();
      const { job, run } = await p.running();
      const before = await p.see.lamportsOf(p.poster);
      must(await p.finish(job, run));
      expect(await p.see.exists(run)).toBe(false);
      const rent = await p.sender.connection.getMinimumBalanceForRentExemption(120);
      expect((await p.see.lamportsOf(p.poster)) - before).toBe(BigInt(rent));
    });

    it('gets no more than the timeout is worth', async () => {
      const p = play();
      const { job, run } = await p.running(100n);
      await p.letPass(run, 5000n);
      expect(await p.finish(job, run)).toBe('done');
      expect(await purses(p)).toEqual({
        node: 100n * price,
        poster: funds - 100n * price,
        vault: 0n,
      });
    });

    it('gets nothing for no time', async () => {
      const p = play();
      const { job, run } = await p.running();
      expect(await p.finish(job, run)).toBe('done');
      expect(await purses(p)).toEqual({ node: 0n, poster: funds, vault: 0n });
    });

    it('may be paid into any NOS account, such as a payout address', async () => {
      const p = play();
      const savings = p.person();
      const { job, run } = await p.running();
      await p.letPass(run, 60n);
      const changes = { user: nosAccountOf(savings) };
      expect(await p.finish(job, run, { changes })).toBe('done');
      expect(await p.see.nosOf(savings)).toBe(60n * price);
      expect(await p.see.nosOf(p.node)).toBe(0n);
    });

    it('is paid out of its own job alone: the deposits of others stay', async () => {
      const p = play();
      const { job, run } = await p.running(100n);
      must((await p.list(50n)).outcome);
      await p.letPass(run, 100n);
      must(await p.finish(job, run));
      expect(await p.see.tokens(p.market.vault)).toBe(50n * price);
    });

    it('moves no NOS at all for a free job', async () => {
      const p = play({ pricePerSecond: 0n });
      const { job, run } = await p.running();
      await p.letPass(run, 60n);
      expect(await p.finish(job, run)).toBe('done');
      expect(await purses(p)).toEqual({ node: 0n, poster: funds, vault: 0n });
      expect(p.sender.logs.join('\n')).not.toContain(addresses.tokenProgram);
    });

    it('also pays when asked with the eleven accounts of the older interface', async () => {
      const p = play();
      const { job, run } = await p.running();
      await p.letPass(run, 60n);
      const ten = p.finishInstruction(job, run);
      expect(await p.sender.attempt(withProject(ten, p.node))).toBe('6007 JobInvalidProject');
      expect(await p.sender.attempt(withProject(ten, p.poster))).toBe('done');
      expect(await p.see.nosOf(p.node)).toBe(60n * price);
    });
  });

  describe('a poster', () => {
    it('ends a job early: the node is paid for its time, the rest comes back', async () => {
      const p = play();
      const { job, run } = await p.running();
      await p.letPass(run, 90n);
      expect(await p.end(job, run)).toBe('done');
      const state = await p.see.job(job);
      expect(state).toMatchObject({ state: 2, node: p.node });
      expect([...state.ipfsResult]).toEqual([...nullHash]);
      expect(await purses(p)).toEqual({
        node: 90n * price,
        poster: funds - 90n * price,
        vault: 0n,
      });
      expect(await p.see.exists(run)).toBe(false);
    });

    it('leaves room for the result of a job that it ended, once', async () => {
      const p = play();
      const { job, run } = await p.running();
      must(await p.end(job, run));
      expect(await p.complete(job, nullHash)).toBe('6006 JobResultNull');
      expect(await p.complete(job)).toBe('done');
      expect([...(await p.see.job(job)).ipfsResult]).toEqual([...someHash]);
      expect(await p.complete(job)).toBe('6010 JobResultsAlreadySet');
    });

    it('extends a running job for the price of the added time', async () => {
      const p = play();
      const { job, run } = await p.running(100n);
      expect(await p.extend(job, 250n)).toBe('done');
      expect((await p.see.job(job)).timeout).toBe(250n);
      expect(await p.see.tokens(p.market.vault)).toBe(250n * price);
      await p.letPass(run, 200n);
      must(await p.finish(job, run));
      expect(await p.see.nosOf(p.node)).toBe(200n * price);
    });

    it('extends a free job without paying', async () => {
      const p = play({ pricePerSecond: 0n });
      const { job } = await p.list(100n);
      expect(await p.extend(job, 101n)).toBe('done');
      expect(await p.see.nosOf(p.poster)).toBe(funds);
    });

    it('can not post what it can not pay', async () => {
      const p = play();
      // 1 is "insufficient funds" of the Token program.
      expect((await p.list(funds / price + 1n)).outcome).toBe('custom 1');
    });
  });

  describe('a job that its node quits', () => {
    it('pays nobody and waits, stopped, with its deposit', async () => {
      const p = play();
      const { job, run } = await p.running(100n);
      await p.letPass(run, 50n);
      const before = await p.see.lamportsOf(p.poster);
      expect(await p.quit(job, run)).toBe('done');
      expect(await p.see.job(job)).toMatchObject({ state: 3, node: addresses.systemProgram });
      expect(await p.see.exists(run)).toBe(false);
      expect(await p.see.lamportsOf(p.poster)).toBeGreaterThan(before);
      expect(await purses(p)).toEqual({
        node: 0n,
        poster: funds - 100n * price,
        vault: 100n * price,
      });
    });

    it('can be claimed by another node, which is paid from its own start on', async () => {
      const p = play();
      const { job, run } = await p.running(100n);
      await p.letPass(run, 50n);
      must(await p.quit(job, run));
      const other = p.person();
      const claimed = await p.claim(job, { authority: other, payer: other });
      expect(claimed.outcome).toBe('done');
      expect(await p.see.run(claimed.run)).toMatchObject({ job, node: other, payer: other });
      await p.letPass(claimed.run, 30n);
      const changes = { authority: other, user: nosAccountOf(other), payerRun: other };
      expect(await p.finish(job, claimed.run, { changes })).toBe('done');
      expect(await p.see.nosOf(other)).toBe(30n * price);
      expect(await p.see.nosOf(p.poster)).toBe(funds - 30n * price);
    });

    it('can be recovered by its poster: deposit, rent and all', async () => {
      const p = play();
      const before = await p.see.lamportsOf(p.poster);
      const { job, run } = await p.running();
      must(await p.quit(job, run));
      expect(await p.recover(job)).toBe('done');
      expect(await p.see.exists(job)).toBe(false);
      expect(await purses(p)).toEqual({ node: 0n, poster: funds, vault: 0n });
      expect(await p.see.lamportsOf(p.poster)).toBe(before);
    });
  });

  describe('a finished job', () => {
    it('is cleaned away once the market has kept it long enough, and not a second before', async () => {
      const p = play({ expirationSeconds: 300n });
      const before = await p.see.lamportsOf(p.poster);
      const { job, run } = await p.running();
      must(await p.finish(job, run));
      const { timeEnd } = await p.see.job(job);
      chain.travelTo(Number(timeEnd + 300n) * 1000);
      expect(await p.clean(job)).toBe('6005 JobNotExpired');
      chain.travelTo(Number(timeEnd + 301n) * 1000);
      expect(await p.clean(job)).toBe('done');
      expect(await p.see.exists(job)).toBe(false);
      expect(await p.see.lamportsOf(p.poster)).toBe(before);
    });
  });

  describe('sums', () => {
    it('are right to the base unit up to 64 bits', async () => {
      const p = play({ pricePerSecond: 4_294_967_301n });
      const deposit = 4_294_967_301n * 2_147_483_648n;
      give(p, deposit + 1n);
      const { job, outcome } = await p.list(2_147_483_648n);
      expect(outcome).toBe('done');
      expect(await purses(p)).toEqual({ node: 0n, poster: 1n, vault: deposit });
      must(await p.delist(job));
      expect(await p.see.nosOf(p.poster)).toBe(deposit + 1n);
    });

    it.each([
      [1n << 32n, 1n << 32n],
      [1n << 63n, 2n],
      [(1n << 40n) + 1n, 1n << 24n],
      [(1n << 64n) - 1n, 2n],
      [3n, (1n << 63n) - 1n],
      [(1n << 32n) - 1n, (1n << 33n) - 1n],
    ])('of %s a second for %s seconds are refused instead of cut off', async (rate, time) => {
      const p = play({ pricePerSecond: rate });
      expect((await p.list(time)).outcome).toBe('ProgramFailedToComplete');
      expect(p.sender.logs).toContainEqual(expect.stringContaining('panicked'));
    });

    it('of a negative time are refused', async () => {
      const p = play({ pricePerSecond: 1n });
      expect((await p.list(-1n)).outcome).toBe('ProgramFailedToComplete');
      expect(p.sender.logs).toContainEqual(expect.stringContaining('panicked'));
    });

    it('are refused in an extension as well', async () => {
      const p = play({ pricePerSecond: 3n });
      const { job } = await p.list(100n);
      expect(await p.extend(job, (1n << 63n) - 1n)).toBe('ProgramFailedToComplete');
    });
  });

  /** Puts an exact number of base units into the poster's account, beyond what the chain's own call can take. */
  function give(p: Play, amount: bigint): void {
    const data = encodeTokenAccount({ mint: addresses.nosMint, owner: p.poster, amount });
    chain.put({ address: nosAccountOf(p.poster), owner: addresses.tokenProgram, data });
  }
});

/** The accounts as idl/nosana_jobs.json of Nosana's kit repository lists them: job payer first, and the project. */
function withProject(finish: OracleInstruction, project: string): OracleInstruction {
  const [head, payers, tail] = [
    finish.accounts.slice(0, 6),
    finish.accounts.slice(6, 8),
    finish.accounts.slice(8),
  ];
  return {
    ...finish,
    accounts: [...head, ...payers.toReversed(), { address: project, role: 1 }, ...tail],
  };
}
