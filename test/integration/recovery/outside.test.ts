import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunStep } from '../../../app/jobs/run-event.ts';
import { localChainPackage } from '../../../app/platform/platform.ts';
import { job, operation } from '../../fakes/jobs/definitions.ts';
import { raw, whyNoEngine } from '../containers/engine-kit.ts';
import type { Posted } from './chain-world.ts';
import { checkBooks, checkClosed, printed, resultOf } from './checks.ts';
import { fill, whyNoSmallDisk } from './disk.ts';
import { untilPrinted } from './on-computer.ts';
import { count, env, numbers } from './scripts.ts';
import { Shop } from './shop.ts';
import { Subject } from './subject.ts';

/* Network, disk and clocks fail around a real host while it has a job, and get well again. */

const problem =
  (await whyNoEngine()) ??
  (localChainPackage().packageName === null ? 'there is no practice chain here' : null);
const noDisk = whyNoSmallDisk();
const HOUR_MS = 3_600_000;
const HOME_BYTES = 24 * 1024 ** 2;

type Step = RunStep['type'];

describe.skipIf(problem !== null)(
  `what fails around a job${problem ? `: skipped, ${problem}` : ''}`,
  () => {
    let shop: Shop;
    beforeAll(async () => void (shop = await Shop.open()));
    afterAll(() => shop.close());

    const oneJob = (cmd: string): object =>
      job([operation('count', { image: shop.image, env, cmd })]);

    async function withHost(
      test: (subject: Subject) => Promise<void>,
      disk: { homeBytes?: number } = {},
    ): Promise<void> {
      const subject = await Subject.prepare({}, disk);
      try {
        subject.start();
        await subject.untilQueued();
        await test(subject);
        await checkBooks(subject);
      } finally {
        await subject.remove();
      }
    }

    /**
     * Holds the host at each of these steps of one job, does something to it, and lets it go until
     * it tells its owner of that, or comes to the next of the steps all the same.
     */
    async function troubleAt(
      subject: Subject,
      { definition, steps, code }: { definition: object; steps: readonly Step[]; code: RegExp },
      trouble: (step: Step) => () => void,
    ): Promise<{ posted: Posted; told: readonly Step[] }> {
      const told: Step[] = [];
      const [first = 'offered', ...others] = steps;
      subject.trap(first, 'after', 'SIGSTOP');
      const posted = await subject.world.post(definition, 24 * 3600);
      for (const [index, step] of steps.entries()) {
        await subject.untilSprung();
        const mend = trouble(step);
        const next = others[index];
        if (next !== undefined) subject.trap(next, 'after', 'SIGSTOP');
        subject.signal('SIGCONT');
        const seen = await subject.until(`${code} at "${step}"`, async () => {
          if (next !== undefined && subject.isSprung) return 'next';
          const state = await subject.state();
          const codes = [state?.host.reason.code ?? '', state?.network.problem?.code ?? ''];
          return codes.some((one) => code.test(one)) ? 'told' : null;
        });
        if (seen === 'told') told.push(step);
        mend();
      }
      return { posted, told };
    }

    it.concurrent(
      'a network that drops in every state of a job costs nothing but time',
      async () => {
        await withHost(async (subject) => {
          const steps = [
            'offered',
            'accepted',
            'operation-started',
            'result-built',
            'settlement-signed',
          ] as const;
          const { posted, told } = await troubleAt(
            subject,
            { definition: oneJob(count(1, 400)), steps, code: /^network\./ },
            () => {
              subject.world.cut(true);
              return () => subject.world.cut(false);
            },
          );
          expect(told).toEqual(steps.filter((step) => step !== 'accepted'));
          const { outcome, status } = await subject.untilClosed(posted.run);
          expect({ outcome, status }).toEqual({ outcome: 'paid', status: 'success' });
          expect(await printed(subject, posted, 'count')).toEqual(numbers(1, 400));
          await checkClosed(subject, posted);
        });
      },
    );

    it.skipIf(noDisk !== null).concurrent(
      `a disk that fills up in every state of a job costs nothing but time${noDisk ?? ''}`,
      async () => {
        await withHost(
          async (subject) => {
            const steps = [
              'offered',
              'images-ready',
              'operation-started',
              'cause-decided',
              'result-stored',
              'settlement-confirmed',
            ] as const;
            const { posted, told } = await troubleAt(
              subject,
              { definition: oneJob(count(1, 40)), steps, code: /^storage\.disk-full$/ },
              () => fill(subject.home),
            );
            expect(told.length).toBeGreaterThan(0);
            const { outcome, status } = await subject.untilClosed(posted.run);
            expect({ outcome, status }).toEqual({ outcome: 'paid', status: 'success' });
            expect(await printed(subject, posted, 'count')).toEqual(numbers(1, 40));
            expect(JSON.stringify(await resultOf(subject, posted))).not.toContain('not complete');
            await checkClosed(subject, posted);
          },
          { homeBytes: HOME_BYTES },
        );
      },
    );

    it.concurrent(
      'a clock that is set forward and back by hours moves neither pay nor log',
      async () => {
        await withHost(async (subject) => {
          // Far less time than the clock is set by.
          const posted = await subject.world.post(oneJob(count(1, 120)), 1800);
          await untilPrinted(subject, posted, 10);
          await subject.setClock({ wallMs: 5 * HOUR_MS, steadyMs: 0 });
          await untilPrinted(subject, posted, 30);
          await subject.setClock({ wallMs: -5 * HOUR_MS, steadyMs: 0 });
          await untilPrinted(subject, posted, 50);
          await subject.kill();
          subject.start();
          const { outcome, status, receipt } = await subject.untilClosed(posted.run);
          expect({ outcome, status }).toEqual({ outcome: 'paid', status: 'success' });
          expect(await printed(subject, posted, 'count')).toEqual(numbers(1, 120));
          expect(receipt?.paidSeconds).toBeLessThan(300);
          await checkClosed(subject, posted);
        });
      },
    );

    it.concurrent('a computer that sleeps wakes up to a job that ended meanwhile', async () => {
      await withHost(async (subject) => {
        const posted = await subject.world.post(oneJob(count(1, 80)), 1800);
        await untilPrinted(subject, posted, 10);
        const started = subject.events(posted.run).find((one) => one.type === 'operation-started');
        const id = started?.type === 'operation-started' ? started.containerId : '';
        subject.signal('SIGSTOP');
        await raw('POST', `/containers/${id}/wait`);
        subject.signal('SIGCONT');
        expect(await subject.untilClosed(posted.run)).toMatchObject({ status: 'success' });
        expect(await printed(subject, posted, 'count')).toEqual(numbers(1, 80));
        await checkClosed(subject, posted);
      });
    });

    it.concurrent(
      'a computer that sleeps past the paid time ends the job when it wakes',
      async () => {
        await withHost(async (subject) => {
          const posted = await subject.world.post(oneJob(`${count(1, 5)}; sleep 600`), 1800);
          await untilPrinted(subject, posted, 5);
          await subject.setClock({ wallMs: HOUR_MS, steadyMs: HOUR_MS });
          const { outcome, operations } = await subject.untilClosed(posted.run);
          expect({ outcome, cause: subject.steps(posted.run).includes('cause-decided') }).toEqual({
            outcome: 'paid',
            cause: true,
          });
          expect(operations[0]?.exitCode).not.toBe(0);
          const { opStates } = await resultOf(subject, posted);
          expect(opStates).toMatchObject([{ status: 'stopped' }]);
          await checkClosed(subject, posted);
        });
      },
    );
  },
);
