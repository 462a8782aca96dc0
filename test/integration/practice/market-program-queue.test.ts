import { getMarketAccountEncoder } from '@nosana/jobs-program';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addresses, stakeOf, vaultOf } from '../../fakes/chain/addresses.ts';
import { createStake } from '../../fakes/chain/market.ts';
import type { MarketTerms } from '../../fakes/chain/market.ts';
import { toAddress } from '../../fakes/chain/oracle.ts';
import { must, Play, someHash } from '../../fakes/chain/play.ts';
import { chainProblem } from '../../fakes/chain/surfpool.ts';
import { startTestChain } from '../../fakes/chain/test-chain.ts';
import type { TestChain } from '../../fakes/chain/test-chain.ts';

const noKey = addresses.systemProgram;
const emptyQueue = { queueType: 255, queue: [] };

describe.skipIf(chainProblem !== null)(
  `The queue of a practice market ${chainProblem ?? ''}`,
  () => {
    let chain: TestChain;
    beforeAll(async () => {
      chain = await startTestChain();
    });
    afterAll(() => chain.stop());

    const play = (terms: MarketTerms = {}): Play => new Play(chain, terms);
    const queueOf = async (p: Play): Promise<unknown> => {
      const { queueType, queue } = await p.see.market(p.market.address);
      return { queueType, queue };
    };

    describe('opening a market', () => {
      it('keeps the terms, and starts with an empty queue and an empty vault', async () => {
        const p = play();
        const market = p.sender.newKey();
        const vault = vaultOf(market);
        expect(
          await p.open({ market, vault: vault.address, jobPrice: 5n, nodeXnosMinimum: 1n << 80n }),
        ).toBe('done');
        expect(await p.see.market(market)).toMatchObject({
          authority: p.owner,
          jobExpiration: 60n,
          jobPrice: 5n,
          jobTimeout: 7200n,
          jobType: 4,
          vault: vault.address,
          vaultBump: vault.bump,
          nodeAccessKey: noKey,
          nodeXnosMinimum: 1n << 80n,
          ...emptyQueue,
        });
        expect((await p.see.account(market)).data).toHaveLength(10_232);
        expect(await p.see.tokens(vault.address)).toBe(0n);
      });

      it('gives a market in which a job can be posted, done and paid', async () => {
        const p = play();
        const market = p.sender.newKey();
        const vault = vaultOf(market).address;
        must(await p.open({ market, vault }));
        p.market = { address: market, vault };
        const { job, run } = await p.running();
        await p.letPass(run, 10n);
        expect(await p.finish(job, run)).toBe('done');
        expect(await p.see.nosOf(p.node)).toBe(480n);
      });

      it('takes a type of job it does not know for "unknown"', async () => {
        const p = play();
        const market = p.sender.newKey();
        must(await p.open({ market, vault: vaultOf(market).address, jobType: 9 }));
        expect((await p.see.market(market)).jobType).toBe(255);
      });

      it('refuses a vault that is not the one of the market', async () => {
        const p = play();
        const vault = vaultOf(p.sender.newKey()).address;
        expect(await p.open({ market: p.sender.newKey(), vault })).toBe('2006 ConstraintSeeds');
      });
    });

    describe('a node that looks for work', () => {
      it('waits in the queue when there is no job', async () => {
        const p = play();
        const { run, outcome } = await p.work();
        expect(outcome).toBe('done');
        expect(await queueOf(p)).toEqual({ queueType: 1, queue: [p.node] });
        expect(await p.see.exists(run)).toBe(false);
      });

      it('waits only once', async () => {
        const p = play();
        must((await p.work()).outcome);
        expect((await p.work()).outcome).toBe('6014 NodeAlreadyQueued');
      });

      it('takes the oldest waiting job, and pays the rent of its Run', async () => {
        const p = play();
        const first = await p.list();
        const second = await p.list();
        const before = await p.see.lamportsOf(p.node);
        const { run, outcome } = await p.work();
        expect(outcome).toBe('done');
        expect(await p.see.run(run)).toMatchObject({
          job: first.job,
          node: p.node,
          payer: p.node,
          state: 0,
        });
        const rent = await p.sender.connection.getMinimumBalanceForRentExemption(120);
        expect(before - (await p.see.lamportsOf(p.node))).toBe(BigInt(rent));
        expect(await queueOf(p)).toEqual({ queueType: 0, queue: [second.job] });
      });

      it('leaves an empty queue behind when it takes the last job', async () => {
        const p = play();
        await p.list();
        must((await p.work()).outcome);
        expect(await queueOf(p)).toEqual(emptyQueue);
      });

      it('must bring an address for the Run that was never used', async () => {
        const p = play();
        const used = p.person();
        expect((await p.work({ run: used })).outcome).toBe('6002 LamportsNonNull');
      });

      it('is let in by a market of unknown job type, but not queued', async () => {
        const p = play({ jobType: 255 });
        expect((await p.work()).outcome).toBe('done');
        expect(await queueOf(p)).toEqual(emptyQueue);
      });

      it('is the last of 314, and there is no place for a 315th', async () => {
        const p = play();
        await crowd(p, 313);
        expect((await p.work()).outcome).toBe('done');
        expect((await p.work({ authority: p.person() })).outcome).toBe(
          '3004 AccountDidNotSerialize',
        );
        expect((await p.see.market(p.market.address)).queue).toHaveLength(314);
        // Found at the very end of the queue, and taken out of it.
        expect(await p.stop()).toBe('done');
        expect((await p.see.market(p.market.address)).queue).toHaveLength(313);
      });
    });

    describe('a node that stops waiting', () => {
      it('leaves the queue, and the others keep their order', async () => {
        const p = play();
        const [second, third] = [p.person(), p.person()];
        must((await p.work({ authority: p.person() })).outcome);
        must((await p.work()).outcome);
        must((await p.work({ authority: second })).outcome);
        must((await p.work({ authority: third })).outcome);
        expect(await p.stop()).toBe('done');
        const { queue } = await p.see.market(p.market.address);
        expect(queue.slice(1)).toEqual([second, third]);
      });

      it('leaves an empty queue when it was alone', async () => {
        const p = play();
        must((await p.work()).outcome);
        expect(await p.stop()).toBe('done');
        expect(await queueOf(p)).toEqual(emptyQueue);
      });

      it('may be taken out by the owner of the market, and by nobody else', async () => {
        const p = play();
        must((await p.work()).outcome);
        expect(await p.stop({ authority: p.person() })).toBe('6000 Unauthorized');
        expect(await p.stop({ authority: p.owner })).toBe('done');
      });

      it('is told when it is not in the queue', async () => {
        const p = play();
        must((await p.work({ authority: p.person() })).outcome);
        expect(await p.stop()).toBe('6002 NotInMarketQueue');
      });

      it('is told when no nodes wait in this market', async () => {
        const p = play();
        expect(await p.stop()).toBe('6001 MarketInWrongState');
        await p.list();
        expect(await p.stop()).toBe('6001 MarketInWrongState');
      });
    });

    describe('a poster', () => {
      it('puts a job into the queue and its whole price into the vault', async () => {
        const p = play({ pricePerSecond: 48n });
        const { job, run, outcome } = await p.list(3600n);
        expect(outcome).toBe('done');
        const state = await p.see.job(job);
        expect({ ...state, ipfsJob: [...state.ipfsJob] }).toMatchObject({
          ipfsJob: [...someHash],
          market: p.market.address,
          node: noKey,
          payer: p.poster,
          price: 48n,
          project: p.poster,
          state: 0,
          timeStart: 0n,
          timeEnd: 0n,
          timeout: 3600n,
        });
        expect((await p.see.account(job)).data).toHaveLength(240);
        expect(await p.see.exists(run)).toBe(false);
        expect(await queueOf(p)).toEqual({ queueType: 0, queue: [job] });
        expect(await p.see.tokens(p.market.vault)).toBe(172_800n);
        expect(await p.see.nosOf(p.poster)).toBe(1_000_000_000n - 172_800n);
      });

      it('gets the node that has waited longest, and pays the rent of the Run', async () => {
        const p = play();
        must((await p.work()).outcome);
        must((await p.work({ authority: p.person() })).outcome);
        const { job, run, outcome } = await p.list();
        expect(outcome).toBe('done');
        expect(await p.see.run(run)).toMatchObject({ job, node: p.node, payer: p.poster });
        expect((await p.see.account(run)).data).toHaveLength(120);
        expect((await p.see.market(p.market.address)).queue).toHaveLength(1);
      });

      it('may have somebody else pay: that one is the payer, the poster the project', async () => {
        const p = play();
        const project = p.person();
        const { job, outcome } = await p.list(100n, { authority: project });
        expect(outcome).toBe('done');
        expect(await p.see.job(job)).toMatchObject({ payer: p.poster, project });
      });

      it('takes a waiting job back with the deposit and the rent', async () => {
        const p = play();
        const before = await p.see.lamportsOf(p.poster);
        const { job } = await p.list();
        expect(await p.delist(job)).toBe('done');
        expect(await p.see.exists(job)).toBe(false);
        expect(await p.see.nosOf(p.poster)).toBe(1_000_000_000n);
        expect(await p.see.lamportsOf(p.poster)).toBe(before);
        expect(await queueOf(p)).toEqual(emptyQueue);
      });

      it('can not take a job back once a node has it', async () => {
        const p = play();
        const { job } = await p.running();
        expect(await p.delist(job)).toBe('6001 MarketInWrongState');
        await p.list();
        expect(await p.delist(job)).toBe('6002 NotInMarketQueue');
      });
    });

    describe('stake', () => {
      it('lets a node in from the smallest stake on', async () => {
        const p = play({ xnosMinimum: 500n });
        createStake(chain, p.node, 499n);
        expect((await p.work()).outcome).toBe('6013 NodeNotEnoughStake');
        createStake(chain, p.node, 500n);
        expect((await p.work()).outcome).toBe('done');
      });

      it('is compared in full where it does not fit into 64 bits', async () => {
        const p = play({ xnosMinimum: (1n << 64n) + 5n });
        createStake(chain, p.node, (1n << 64n) - 1n);
        expect((await p.work()).outcome).toBe('6013 NodeNotEnoughStake');
        createStake(chain, p.node, (1n << 64n) + 4n);
        expect((await p.work()).outcome).toBe('6013 NodeNotEnoughStake');
        createStake(chain, p.node, 2n << 64n);
        expect((await p.work()).outcome).toBe('done');
      });

      it('must be there, the own one, and at its address', async () => {
        const p = play();
        const none = p.sender.newKey();
        expect((await p.work({ stake: none })).outcome).toBe('3012 AccountNotInitialized');
        const strangers = stakeOf(p.poster);
        expect((await p.work({ stake: strangers })).outcome).toBe('6000 Unauthorized');
        const { data, owner } = await p.see.account(stakeOf(p.node));
        const copy = p.sender.newKey();
        chain.put({ address: copy, owner: owner.toBase58(), data });
        expect((await p.work({ stake: copy })).outcome).toBe('6012 InvalidStakeAccount');
        chain.put({ address: copy, owner: addresses.jobsProgram, data });
        expect((await p.work({ stake: copy })).outcome).toBe('3007 AccountOwnedByWrongProgram');
      });
    });

    /** Fills the queue with nodes that don't exist. */
    async function crowd(p: Play, count: number): Promise<void> {
      const { address } = p.market;
      const state = await p.see.market(address);
      const queue = Array.from({ length: count }, () => toAddress(p.sender.newKey()));
      const data = Buffer.alloc(10_232);
      data.set(getMarketAccountEncoder().encode({ ...state, queueType: 1, queue }));
      chain.put({ address, owner: addresses.jobsProgram, data });
    }
  },
);
