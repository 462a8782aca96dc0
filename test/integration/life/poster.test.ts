import { describe, expect, it } from 'vitest';
import { tokenAddress } from '../../../app/adapters/solana/token.ts';
import { NOSANA_PROGRAMS } from '../../../app/network/nosana/programs.ts';
import { checkBooks, checkClosed, printed } from '../recovery/checks.ts';
import { count, numbers } from '../recovery/scripts.ts';
import { disappear } from './happenings.ts';
import { openShop, problem, untilHome, withHost } from './life-kit.ts';

/* What the poster of a job may do while a real host works on it, and what becomes of the pay. */

describe.skipIf(problem !== null)(
  `a poster who changes its mind${problem ? `: skipped, ${problem}` : ''}`,
  () => {
    const { oneJob } = openShop();

    it('ends the job early: the host is paid for its time, and delivers what it has', async () => {
      await withHost(async (subject) => {
        const { world } = subject;
        await untilHome(subject, 'available', 'in-queue');
        const posted = await world.post(oneJob(count(1, 1_000)));
        await untilHome(subject, 'working', 'running');
        await world.end(posted);
        const { outcome, receipt } = await subject.untilClosed(posted.run);
        expect(outcome).toBe('ended-by-client');
        expect(receipt?.resultCid).not.toBeNull();
        await checkClosed(subject, posted);
        await untilHome(subject, 'available', 'in-queue');
        await checkBooks(subject);
      });
    });

    it('extends the job: it runs beyond its first end, and is paid for all of it', async () => {
      await withHost(async (subject) => {
        const { world } = subject;
        await untilHome(subject, 'available', 'in-queue');
        // Twelve seconds of counting in a job that was to end after eight.
        const posted = await world.post(oneJob(count(1, 240)), 8);
        await subject.untilStep(posted.run, 'operation-started');
        await world.extend(posted, 60);
        await subject.untilStep(posted.run, 'extended');
        const { outcome, receipt } = await subject.untilClosed(posted.run);
        expect(outcome).toBe('paid');
        expect(receipt?.paidSeconds).toBeGreaterThan(8);
        expect(await printed(subject, posted, 'count')).toEqual(numbers(1, 240));
        await checkClosed(subject, posted);
        await checkBooks(subject);
      });
    });

    it('does not extend it: at its end the job is over, and paid to the second', async () => {
      await withHost(async (subject) => {
        const { world } = subject;
        await untilHome(subject, 'available', 'in-queue');
        const posted = await world.post(oneJob(count(1, 10_000)), 5);
        const { receipt } = await subject.untilClosed(posted.run);
        expect(receipt?.paidSeconds).toBe(5);
        await checkClosed(subject, posted);
        await checkBooks(subject);
      });
    });

    it('disappears with all its NOS: the host makes the account for the refund, and is paid', async () => {
      await withHost(async (subject) => {
        const { world } = subject;
        await untilHome(subject, 'available', 'in-queue');
        const posted = await world.post(oneJob(count(1, 60)));
        await untilHome(subject, 'working', 'running');
        await disappear(world);
        const refunds = tokenAddress(world.keys.poster.address, NOSANA_PROGRAMS.nosMint);
        expect(await world.rpc.getAccount(refunds)).toBeNull();
        const { outcome, receipt } = await subject.untilClosed(posted.run);
        expect(outcome).toBe('paid');
        const { price, timeoutSeconds } = await world.job(posted);
        // Every base unit of the deposit is with one of the two.
        expect(await world.nosOf(world.keys.poster.address)).toBe(
          price * timeoutSeconds - BigInt(receipt?.grossBaseUnits ?? 0),
        );
        await checkClosed(subject, posted);
        await checkBooks(subject);
      });
    });
  },
);
