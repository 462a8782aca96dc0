import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkBooks, checkClosed, printed } from './checks.ts';
import { Computer } from './computer.ts';
import { hostOn, oneJob, running, whyNoComputer } from './on-computer.ts';
import { count, numbers } from './scripts.ts';
import type { Subject } from './subject.ts';

/* An engine is restarted under a running job of a real host, and keeps the job's container alive. */

const problem = await whyNoComputer();
const why = problem ? `: skipped, ${problem}` : '';

describe.skipIf(problem !== null)(`an engine that leaves containers alone${why}`, () => {
  const computer = new Computer({ daemon: ['--live-restore'] });
  let subject: Subject;
  beforeAll(async () => void (subject = await hostOn(computer)));
  afterAll(async () => {
    await subject.remove();
    await computer.remove();
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'and goes away (%s) costs a running job nothing, not one line',
    async (how) => {
      const posted = await running(subject, oneJob(count(1, 60)), 20);
      await computer.stopEngine(how);
      await subject.until('the loss to be seen', async () => {
        return (await subject.state())?.host.reason.code.startsWith('containers.') || null;
      });
      await computer.startEngine();
      const { outcome, status } = await subject.untilClosed(posted.run);
      expect({ outcome, status }).toEqual({ outcome: 'paid', status: 'success' });
      expect(await printed(subject, posted, 'count')).toEqual(numbers(1, 60));
      await checkClosed(subject, posted);
    },
  );

  it('costs nothing either where the host is killed with it', async () => {
    const posted = await running(subject, oneJob(count(1, 60)), 20);
    await Promise.all([computer.stopEngine('SIGKILL'), subject.kill()]);
    subject.start();
    await subject.until('the host', () => subject.state());
    await computer.startEngine();
    expect(await subject.untilClosed(posted.run)).toMatchObject({ status: 'success' });
    expect(await printed(subject, posted, 'count')).toEqual(numbers(1, 60));
    await checkClosed(subject, posted);
    await checkBooks(subject);
  });
});
