import { describe, expect, it } from 'vitest';
import type { RunStep } from '../../../app/jobs/run-event.ts';
import { checkBooks, checkClosed, printed } from '../recovery/checks.ts';
import { count, numbers } from '../recovery/scripts.ts';
import type { Subject } from '../recovery/subject.ts';
import { openShop, problem, saysOf, untilHome, withHost } from './life-kit.ts';

/* The chain is out of reach of a real host for ten minutes, in each state that it can be in. */

const OUTAGE_MS = 10 * 60_000;
/**
 * The clock of this chain jumps, its blocks do not: a settlement that was signed before the outage
 * can land, or expire, for the minute that 150 blocks take.
 */
const EXPIRY_MS = 150_000;
/** Long enough that ten minutes are no reason to end. */
const TIMEOUT_SECONDS = 3_600;

type Step = RunStep['type'];

/** Nothing of the network answers; ten minutes pass, for the host and for the chain. */
async function outage(subject: Subject, during: () => Promise<void>): Promise<void> {
  const { world } = subject;
  world.cut(true);
  try {
    await during();
    await world.letPass(OUTAGE_MS);
    await subject.setClock({ wallMs: OUTAGE_MS, steadyMs: OUTAGE_MS });
  } finally {
    world.cut(false);
  }
}

async function untilNetworkGone(subject: Subject): Promise<void> {
  await subject.until('the news that the chain is away', async () => {
    const state = await subject.state();
    const codes = [saysOf(state).code, state?.network.problem?.code ?? ''];
    return codes.some((code) => code.startsWith('network.')) || null;
  });
}

describe.skipIf(problem !== null)(
  `ten minutes without the chain${problem ? `: skipped, ${problem}` : ''}`,
  () => {
    const { oneJob } = openShop();

    it('while the host comes: it waits, says why, and joins by itself', async () => {
      await withHost(
        async (subject) => {
          await untilHome(subject, 'waiting', 'network.rpc-unreachable');
          await outage(subject, () => Promise.resolve());
          await untilHome(subject, 'available', 'in-queue');
          await checkBooks(subject);
        },
        ({ world }) => {
          world.cut(true);
          return Promise.resolve();
        },
      );
    });

    it('while it waits in the queue: the place is kept, and the next job comes', async () => {
      await withHost(async (subject) => {
        await untilHome(subject, 'available', 'in-queue');
        await outage(subject, async () => {
          await untilNetworkGone(subject);
          expect(saysOf(await subject.state()).phase).toBe('waiting');
        });
        const { queue } = await untilHome(subject, 'available', 'in-queue');
        expect(queue).toMatchObject({ position: 1, length: 1 });
        const posted = await subject.world.post(oneJob(count(1, 10)), TIMEOUT_SECONDS);
        expect(await subject.untilClosed(posted.run)).toMatchObject({ outcome: 'paid' });
        await checkBooks(subject);
      });
    });

    it.each<[string, Step]>([
      ['a job was offered', 'offered'],
      ['a job is about to begin', 'accepted'],
      ['a job runs', 'operation-started'],
      ['the result is stored', 'result-built'],
      ['the pay is collected', 'settlement-signed'],
    ])(
      'while %s: the job ends well, and all of its time is paid',
      async (_when, step) => {
        await withHost(async (subject) => {
          await untilHome(subject, 'available', 'in-queue');
          subject.trap(step, 'after', 'SIGSTOP');
          const posted = await subject.world.post(oneJob(count(1, 120)), TIMEOUT_SECONDS);
          await subject.untilSprung();
          await outage(subject, async () => {
            subject.signal('SIGCONT');
            await untilNetworkGone(subject);
          });
          const { outcome, status, receipt } = await subject.untilClosed(posted.run, EXPIRY_MS);
          expect({ outcome, status }).toEqual({ outcome: 'paid', status: 'success' });
          expect(receipt?.paidSeconds).toBeGreaterThanOrEqual(OUTAGE_MS / 1000);
          expect(await printed(subject, posted, 'count')).toEqual(numbers(1, 120));
          await checkClosed(subject, posted);
          await untilHome(subject, 'available', 'in-queue');
          await checkBooks(subject);
        });
      },
      300_000,
    );
  },
);
