import { describe, expect, it } from 'vitest';
import { decodeRun } from '../../../app/network/nosana/accounts.ts';
import { NOSANA_PROGRAMS, marketVault } from '../../../app/network/nosana/programs.ts';
import { readTokenAccount } from '../../../app/adapters/solana/token.ts';
import type { ChainWorld } from '../recovery/chain-world.ts';
import { checkBooks, checkClosed } from '../recovery/checks.ts';
import { count } from '../recovery/scripts.ts';
import { changeMarket, fillQueue, kick, marketOf } from './happenings.ts';
import { openShop, problem, untilHome, withHost } from './life-kit.ts';

/* A real host on a real chain: its place in the market, and what Home says of it. */

describe.skipIf(problem !== null)(
  `a host in the market${problem ? `: skipped, ${problem}` : ''}`,
  () => {
    const { oneJob } = openShop();

    it('gets a job that is posted while it waits, and waits again', async () => {
      await withHost(async (subject) => {
        const { queue } = await untilHome(subject, 'available', 'in-queue');
        expect(queue).toMatchObject({ position: 1, length: 1 });
        const posted = await subject.world.post(oneJob(count(1, 30)));
        await untilHome(subject, 'working', 'running');
        expect(await subject.untilClosed(posted.run)).toMatchObject({ outcome: 'paid' });
        await checkClosed(subject, posted);
        await untilHome(subject, 'available', 'in-queue');
        await checkBooks(subject);
      });
    });

    it('takes the job that waits when it comes, and pays for the run account', async () => {
      await withHost(
        async (subject) => {
          const run = await subject.until('a run', () => subject.runs()[0] ?? null);
          const account = await subject.world.rpc.getAccount(run);
          expect(account && decodeRun(account.data).payer).toBe(subject.address);
          expect(await subject.untilClosed(run)).toMatchObject({ outcome: 'paid' });
          await checkBooks(subject);
        },
        async ({ world }) => {
          await world.post(oneJob(count(1, 60)));
        },
      );
    });

    it('that is kicked out of the queue joins again, and says so', async () => {
      await withHost(async (subject) => {
        await untilHome(subject, 'available', 'in-queue');
        const { world } = subject;
        await kick(world, world.keys.host.address);
        expect((await marketOf(world)).queue).toEqual([]);
        await subject.until('the place in the queue', async () => {
          const { queue } = await marketOf(world);
          return queue.length === 1 || null;
        });
        await untilHome(subject, 'available', 'in-queue');
        await checkBooks(subject);
      });
    });

    it('waits outside a market that is full, and joins as soon as there is room', async () => {
      await withHost(
        async (subject) => {
          await untilHome(subject, 'waiting', 'network.queue-full');
          await changeMarket(subject.world, { queue: [] });
          await untilHome(subject, 'available', 'in-queue');
          await checkBooks(subject);
        },
        ({ world }) => fillQueue(world),
      );
    });

    it('without enough SOL asks its owner for it, with the sum, and goes on once it is there', async () => {
      await withHost(
        async (subject) => {
          const { host } = await untilHome(subject, 'needs-you', 'network.no-sol');
          expect(host.reason.text).toMatch(/\d\.\d+ SOL/);
          expect((await marketOf(subject.world)).queue).toEqual([]);
          const { chain, keys } = subject.world;
          chain.fundSol(keys.host.address, 50_000_000);
          await untilHome(subject, 'available', 'in-queue');
          await checkBooks(subject);
        },
        ({ world }) => {
          world.chain.fundSol(world.keys.host.address, 1_000_000);
          return Promise.resolve();
        },
      );
    });

    it('works for nothing in a market whose price is nothing, and its receipt says so', async () => {
      await withHost(
        async (subject) => {
          await untilHome(subject, 'available', 'in-queue');
          const posted = await subject.world.post(oneJob(count(1, 10)));
          const { outcome, receipt } = await subject.untilClosed(posted.run);
          expect({ outcome, gross: receipt?.grossBaseUnits }).toEqual({
            outcome: 'paid',
            gross: '0',
          });
          await checkBooks(subject);
        },
        ({ world }) => changeMarket(world, { jobPrice: 0n }),
      );
    });

    it('shares the jobs with another host: each job is done once, and each is paid for its own', async () => {
      await withHost(async (one) => {
        await untilHome(one, 'available', 'in-queue');
        const other = one.beside();
        try {
          const { world } = one;
          const key = other.address;
          world.chain.fundSol(key, 50_000_000);
          world.chain.fundToken(key, NOSANA_PROGRAMS.nosMint, 0);
          other.start();
          const { queue } = await untilHome(other, 'available', 'in-queue');
          expect(queue).toMatchObject({ position: 2, length: 2 });
          const first = await world.post(oneJob(count(1, 40)));
          await one.untilStep(first.run, 'operation-started');
          const second = await world.post(oneJob(count(1, 40)));
          await one.untilClosed(first.run);
          await other.untilClosed(second.run);
          expect(other.steps(first.run)).toEqual([]);
          expect(one.steps(second.run)).toEqual([]);
          const receipts = [one.detail(first.run), other.detail(second.run)].map(({ receipt }) =>
            BigInt(receipt?.grossBaseUnits ?? 0),
          );
          expect([await world.earned(), await world.nosOf(key)]).toEqual(receipts);
          expect(await deposits(world)).toBe(0n);
        } finally {
          await other.remove();
        }
      });
    });
  },
);

/** What lies in the vault of the market, in base units. */
async function deposits({ rpc, keys }: ChainWorld): Promise<bigint> {
  const { address } = marketVault(NOSANA_PROGRAMS, keys.market.address);
  const account = await rpc.getAccount(address);
  return (account && readTokenAccount(account)?.amount) ?? 0n;
}
