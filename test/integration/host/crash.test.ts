import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createRpc } from '../../../app/adapters/solana/rpc.ts';
import { readTokenAccount, tokenAddress } from '../../../app/adapters/solana/token.ts';
import { journalSteps, type RunStep } from '../../../app/jobs/run-event.ts';
import { decodeJob, JOB_STATE } from '../../../app/network/nosana/accounts.ts';
import { NOSANA_PROGRAMS } from '../../../app/network/nosana/programs.ts';
import { openKeys } from '../../../app/network/practice/keys.ts';
import { localChainPackage } from '../../../app/platform/platform.ts';
import { engineProblem } from '../../e2e/support/engine-problem.ts';
import { practiceAddress } from '../../fakes/host/real-host.ts';
import { viewOf } from '../../fakes/host/view.ts';
import { stories } from '../recovery/stories.ts';
import { Subject } from '../recovery/subject.ts';

/*
 * A host in its practice world is killed as a power cut would kill it, at every step of one job,
 * and started again; the world goes and comes with it. What counts is the chain: the pay that
 * arrived is the pay of every job, once.
 */

type Step = RunStep['type'];

/** Steps of a practice job, in its order; at those with two sides the host is killed at both. */
const practice: readonly (readonly [Step, ...('before' | 'after')[]])[] = [
  ['offered', 'after'],
  ['definition-fetched', 'after'],
  ['accepted', 'after'],
  ['pull-started', 'after'],
  ['pulled', 'after'],
  ['images-ready', 'after'],
  ['operation-starting', 'after'],
  // Before: the container runs already, and nothing says so yet.
  ['operation-started', 'before', 'after'],
  ['operation-ready', 'after'],
  ['operation-ended', 'after'],
  ['cause-decided', 'after'],
  ['result-built', 'after'],
  ['result-stored', 'before', 'after'],
  ['settlement-signed', 'after'],
  // Before: the chain has paid already.
  ['settlement-confirmed', 'before', 'after'],
  ['closed', 'after'],
];

/** Why a step never comes in practice, and the story in which a host is killed at it. */
const elsewhere: readonly (readonly [Step, string, keyof typeof stories])[] = [
  ['refused', 'practice posts nothing that is declined', 'declined'],
  ['pull-failed', 'the image of practice comes with Offpeak', 'parts'],
  ['resource-started', 'practice jobs ask for no large files', 'parts'],
  ['resource-ready', 'practice jobs ask for no large files', 'parts'],
  ['resource-failed', 'practice jobs ask for no large files', 'parts'],
  ['operation-skipped', 'practice jobs have one operation', 'parts'],
  ['operation-restarting', 'the program of practice does not fail', 'service'],
  ['operation-stop-asked', 'the poster of practice never comes to the door', 'asked'],
  ['operation-restart-asked', 'the poster of practice never comes to the door', 'asked'],
  ['extended', 'the poster of practice never extends', 'service'],
  ['log-incomplete', 'the disk is not full', 'troubled'],
  ['result-delivered', 'practice jobs are not confidential', 'confidential'],
  ['settlement-expired', 'the practice chain takes every transaction', 'troubled'],
  ['settlement-rejected', 'the practice chain takes every transaction', 'troubled'],
];

it('every kind of step is one at which a host is killed, here or in a story', () => {
  const here = practice.map(([step]) => step);
  const there = elsewhere.map(([step]) => step);
  expect([...here, ...there].toSorted()).toEqual([...journalSteps].toSorted());
  for (const [step, , story] of elsewhere) {
    expect(stories[story].points.map((point) => point.step)).toContain(step);
  }
});

const problem =
  (await engineProblem()) ??
  (localChainPackage().packageName === null ? 'there is no practice chain here' : null);
const Row = z.object({ run: z.string(), job: z.string(), gross: z.string().nullable() });

describe.skipIf(problem !== null)(
  `killing the host in practice${problem ? `: skipped, ${problem}` : ''}`,
  () => {
    const subject = Subject.inPractice();
    afterAll(() => subject.remove());

    it('at every step of a job loses nothing, and the books are those of the chain', async () => {
      for (const [step, ...sides] of practice) {
        for (const side of sides) {
          subject.trap(step, side);
          subject.start();
          await subject.untilSprung();
        }
      }
      const rows = () =>
        subject.read((db) => db.all(Row, 'SELECT run, job, gross FROM runs ORDER BY started_at'));
      const [first = { run: '', job: '' }] = rows();
      expect(subject.detail(first.run)).toMatchObject({ outcome: 'paid', status: 'success' });
      for (const step of ['operation-started', 'settlement-confirmed', 'closed'] as const) {
        expect(subject.steps(first.run).filter((one) => one === step)).toHaveLength(1);
      }

      subject.start();
      await subject.until(
        'the host',
        async () => (await subject.state())?.network.connected || null,
      );
      const view = await viewOf(subject.home);
      await view.call('host.takeBack', {});
      await subject.until('the end of jobs', () => (view.state?.job === null ? true : null));
      const rpc = createRpc(practiceAddress(subject.home)?.rpcUrl ?? '');
      const { host } = openKeys(join(subject.home, 'practice', 'keys.json'));
      const account = await rpc.getAccount(tokenAddress(host.address, NOSANA_PROGRAMS.nosMint));
      const gross = rows().reduce((sum, row) => sum + BigInt(row.gross ?? 0), 0n);
      expect(account && readTokenAccount(account)?.amount).toBe(gross);
      const onChain = await rpc.getAccount(first.job);
      expect(onChain && decodeJob(onChain.data).state).toBe(JOB_STATE.done);
      view.close();
      await subject.stop();
      expect(await subject.belongings()).toEqual({ ofRuns: [], spare: [], writers: [], cache: [] });
    }, 300_000);
  },
);
