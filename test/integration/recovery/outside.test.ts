import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunStep } from '../../../app/jobs/run-event.ts';
import { localChainPackage } from '../../../app/platform/platform.ts';
import { job, operation } from '../../fakes/jobs/definitions.ts';
import { raw, whyNoEngine } from '../containers/engine-kit.ts';
import type { Posted } from './chain-world.ts';
import { checkBooks, checkClosed, printed, resultOf } from './checks.ts';
import { fill, whyNoSmallDisk } from './disk.ts';
import { FILE_SERVER, Files } from './files.ts';
import { untilPrinted } from './on-computer.ts';
import { count, env, numbers } from './scripts.ts';
import { Shop } from './shop.ts';
import { Subject } from './subject.ts';

/* Network, disk, clocks and downloads fail around a real host while it has a job, and get well again. */

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

    /** Something outside goes wrong; `isTold` says whether the host has noticed. */
    interface Trouble {
      readonly isTold: () => boolean | Promise<boolean>;
      readonly mend: () => void | Promise<void>;
    }

    /**
     * Holds the host at each of these steps of one job, does something to it, and lets it go until
     * it tells its owner of that, or comes to the next of the steps all the same.
     */
    async function troubleAt(
      subject: Subject,
      { definition, steps }: { definition: object; steps: readonly [Step, ...Step[]] },
      begin: () => Trouble,
    ): Promise<{ posted: Posted; told: readonly Step[] }> {
      const told: Step[] = [];
      subject.trap(steps[0], 'after', 'SIGSTOP');
      const posted = await subject.world.post(definition, 24 * 3600);
      for (const [index, step] of steps.entries()) {
        await subject.untilSprung();
        const trouble = begin();
        const next = steps[index + 1];
        if (next !== undefined) subject.trap(next, 'after', 'SIGSTOP');
        subject.signal('SIGCONT');
        await subject.until(`the trouble at "${step}"`, async () => {
          if (next !== undefined && subject.isSprung) return true;
          const isTold = await trouble.isTold();
          if (isTold) told.push(step);
          return isTold || null;
        });
        await trouble.mend();
      }
      return { posted, told };
    }

    /** The network is out of reach. */
    function cutNetwork(subject: Subject): Trouble {
      subject.world.cut(true);
      return {
        mend: () => subject.world.cut(false),
        isTold: async () => {
          const state = await subject.state();
          const codes = [state?.host.reason.code ?? '', state?.network.problem?.code ?? ''];
          return codes.some((code) => code.startsWith('network.'));
        },
      };
    }

    /** There is no room for one byte more in the folder of the host. */
    function fillDisk(subject: Subject): Trouble {
      const times = (): number => subject.said.split('The disk is full').length;
      const before = times();
      const free = fill(subject.home);
      const mend = async (): Promise<void> => {
        free();
        await subject.until('nothing to be told any more', async () => {
          const state = await subject.state();
          const isOver = state !== null && state.host.reason.code !== 'storage.disk-full';
          return isOver || subject.isSprung || null;
        });
      };
      return { mend, isTold: () => times() > before };
    }

    it.concurrent(
      'a network that drops in every state of a job costs nothing but time',
      async () => {
        await withHost(async (subject) => {
          const { posted, told } = await troubleAt(
            subject,
            {
              definition: oneJob(count(1, 300)),
              steps: [
                'offered',
                'accepted',
                'operation-started',
                'result-built',
                'settlement-signed',
              ],
            },
            () => cutNetwork(subject),
          );
          expect(told).toEqual(
            expect.arrayContaining([
              'offered',
              'operation-started',
              'result-built',
              'settlement-signed',
            ]),
          );
          const { outcome, status } = await subject.untilClosed(posted.run);
          expect({ outcome, status }).toEqual({ outcome: 'paid', status: 'success' });
          expect(await printed(subject, posted, 'count')).toEqual(numbers(1, 300));
          await checkClosed(subject, posted);
        });
      },
    );

    it.skipIf(noDisk !== null).concurrent(
      `a disk that fills up in every state of a job costs nothing but time${noDisk ?? ''}`,
      async () => {
        await withHost(
          async (subject) => {
            const { posted, told } = await troubleAt(
              subject,
              {
                definition: oneJob(count(1, 120)),
                steps: ['offered', 'operation-started', 'cause-decided', 'settlement-confirmed'],
              },
              () => fillDisk(subject),
            );
            expect(told.length).toBeGreaterThan(0);
            const { outcome, status } = await subject.untilClosed(posted.run);
            expect({ outcome, status }).toEqual({ outcome: 'paid', status: 'success' });
            expect(await printed(subject, posted, 'count')).toEqual(numbers(1, 120));
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
          subject.trap('offered', 'after', 'SIGSTOP');
          const posted = await subject.world.post(oneJob(count(1, 120)), 1800);
          await subject.untilSprung();
          const { isTold, mend } = cutNetwork(subject);
          subject.signal('SIGCONT');
          await subject.until('the cut to be told', async () => (await isTold()) || null);
          await subject.setClock({ wallMs: 5 * HOUR_MS, steadyMs: 0 });
          const before = subject.world.documentsRefused;
          await subject.until(
            'more tries',
            () => subject.world.documentsRefused > before + 1 || null,
          );
          await mend();
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

    it.concurrent(
      'a host that is killed in the middle of a file fetches it whole, and leaves nothing',
      async () => {
        const files = await Files.open();
        await withHost(async (subject) => {
          subject.reach(files.internet);
          const model = {
            type: 'S3',
            target: '/model',
            url: `http://${FILE_SERVER}`,
            files: ['slow.txt'],
          };
          const args = { image: shop.image, env, cmd: 'cat /model/slow.txt', resources: [model] };
          const posted = await subject.world.post(job([operation('count', args)]));
          await subject.until('the middle of the file', () => files.isWaitedFor || null);
          await subject.kill();
          expect((await subject.belongings()).writers).toHaveLength(1);
          files.isSlow = false;
          subject.start();
          expect(await subject.untilClosed(posted.run)).toMatchObject({ status: 'success' });
          expect(await printed(subject, posted, 'count')).toEqual(['a model']);
          await checkClosed(subject, posted);
          expect((await subject.belongings()).cache).toHaveLength(1);
        }).finally(() => files.close());
      },
    );
  },
);
