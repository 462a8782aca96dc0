import { readFileSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { job, operation } from '../../fakes/jobs/definitions.ts';
import { IMAGE, raw } from '../containers/engine-kit.ts';
import type { Posted } from './chain-world.ts';
import { checkBooks, checkClosed, printed, resultOf } from './checks.ts';
import { Computer } from './computer.ts';
import { hostOn, oneJob, running, untilLost, untilPrinted, whyNoComputer } from './on-computer.ts';
import { count, env, numbers } from './scripts.ts';
import type { Subject } from './subject.ts';

/*
 * An engine of the usual kind takes its containers down with it; a computer without power takes
 * everything down. What is left is settled as what it is.
 */

const problem = await whyNoComputer();
const CUT_OFF = 'It was cut off: the container engine or the computer went down while it ran.';
const DISK_BYTES = 300 * 1024 ** 2;
const MINUTE_MS = 60_000;
/** A program of the computer listens here, which no job may reach. */
const PORT = 7777;

/** Asks the computer at once, and several times, whether it can be reached. */
const PROBE = `gw=$(ip route | sed -n 's/default via \\([0-9.]*\\).*/\\1/p'); for k in 1 2 3; do r=$(nc -w 1 $gw ${PORT} < /dev/null 2> /dev/null); echo $k \${r:-closed}; done`;
const AGAIN_CMD = `n=$(cat /tmp/n 2> /dev/null || echo 0); n=$((n+1)); echo $n > /tmp/n; echo run $n; ${PROBE}; [ $n = 1 ] && sleep 300; sleep 2`;
const POLICY = { restart_policy: { policy: 'on-failure', restart_tries: 3 } };
const AGAIN = oneJob(AGAIN_CMD, POLICY);
const Env = ['PATH=/bin'];

const Inspected = z.object({
  Id: z.string(),
  State: z.object({ StartedAt: z.string() }),
  HostConfig: z.object({ NetworkMode: z.string() }),
});
type Inspected = z.infer<typeof Inspected>;

describe.skipIf(problem !== null)(
  `a computer that goes down under a running job${problem ? `: skipped, ${problem}` : ''}`,
  () => {
    const computer = new Computer({ diskBytes: DISK_BYTES });
    let subject: Subject;
    beforeAll(async () => {
      subject = await hostOn(computer);
      listen();
    });
    afterAll(async () => {
      await subject.remove();
      await computer.remove();
    });

    function listen(): void {
      computer.inside('/bin/busybox', ['nc', '-ll', '-p', `${PORT}`, '-e', '/bin/echo', 'open']);
    }

    async function ask(method: string, path: string, body?: object): Promise<string> {
      return (await raw(method, path, body, computer.socket)).text;
    }

    /** The container of `count` and its guard. */
    async function pairOf({ run }: Posted): Promise<{ job: Inspected; guard: string }> {
      const started = subject.events(run).find(({ type }) => type === 'operation-started');
      const id = started?.type === 'operation-started' ? started.containerId : '';
      const job = Inspected.parse(JSON.parse(await ask('GET', `/containers/${id}/json`)));
      return { job, guard: job.HostConfig.NetworkMode.replace('container:', '') };
    }

    /** What the probe says in a container of the same kind of network, but without a guard. */
    async function reachedWithoutGuard(): Promise<string> {
      await ask('POST', '/networks/create', { Name: 'open' });
      const Cmd = ['/bin/sh', '-c', PROBE];
      const HostConfig = { NetworkMode: 'open' };
      await ask('POST', '/containers/create?name=open', { Image: IMAGE, Cmd, HostConfig, Env });
      await ask('POST', '/containers/open/start');
      await ask('POST', '/containers/open/wait');
      const said = await ask('GET', '/containers/open/logs?stdout=1');
      await ask('DELETE', '/containers/open');
      await ask('DELETE', '/networks/open');
      return said;
    }

    /** What is told of an operation that went down with its engine: its lines, and why it ended. */
    async function expectCutOff(posted: Posted, id = 'count'): Promise<void> {
      const { opStates } = await resultOf(subject, posted);
      const state = opStates.find(({ operationId }) => operationId === id);
      expect(state).toMatchObject({ status: 'failed', errors: [{ message: CUT_OFF }] });
      const lines = await printed(subject, posted, id);
      expect(lines.length).toBeGreaterThan(0);
      expect(lines).toEqual(numbers(1, lines.length));
      const told = state?.logs.filter(({ type }) => type === 'stdout').map(({ log }) => log);
      expect(told).toEqual(lines);
    }

    it('is told as such when the engine alone was killed, and what was done is paid', async () => {
      const posted = await running(subject, oneJob(count(1, 4000)), 20);
      await computer.stopEngine('SIGKILL');
      await untilLost(subject);
      await computer.startEngine();
      const { outcome, status } = await subject.untilClosed(posted.run);
      expect({ outcome, status }).toEqual({ outcome: 'paid', status: 'failed' });
      await expectCutOff(posted);
      await checkClosed(subject, posted);
    });

    it('starts again what its policy says so of, and never without the filter', async () => {
      // Without a guard the computer is there to be reached: else the probe would prove nothing.
      expect(await reachedWithoutGuard()).toContain('open');
      const posted = await running(subject, AGAIN, 4);
      await computer.stopEngine('SIGTERM');
      await untilLost(subject);
      await computer.startEngine();
      await untilPrinted(subject, posted, 8);
      const { job, guard } = await pairOf(posted);
      const text = await ask('GET', `/containers/${guard}/json`);
      const since = Inspected.parse(JSON.parse(text)).State.StartedAt;
      expect(since < job.State.StartedAt).toBe(true);
      expect(await subject.untilClosed(posted.run)).toMatchObject({ status: 'success' });
      const lines = await printed(subject, posted, 'count');
      const closed = numbers(1, 3).map((n) => `${n} closed`);
      expect(lines).toEqual(['run 1', ...closed, 'run 2', ...closed]);
      await checkClosed(subject, posted);
    });

    it('fails what has no guard any more, and never runs it again', async () => {
      const posted = await running(subject, AGAIN, 4);
      const { guard } = await pairOf(posted);
      await computer.stopEngine('SIGTERM');
      await untilLost(subject);
      // As after a check of the disk: the engine no longer knows the guard.
      await computer.run('/bin/rm', ['-r', join(computer.disk, 'containers', guard)]);
      await computer.startEngine();
      await subject.untilStep(posted.run, 'operation-restarting');
      await subject.setClock({ wallMs: 0, steadyMs: 3 * MINUTE_MS });
      expect(await subject.untilClosed(posted.run)).toMatchObject({ status: 'failed' });
      const { opStates } = await resultOf(subject, posted);
      expect(opStates).toMatchObject([{ errors: [{ event: 'container-runtime-error' }] }]);
      expect((await printed(subject, posted, 'count')).slice(4)).toEqual([]);
      await checkClosed(subject, posted);
    });

    it('keeps every line where its clock was set back by hours and forward again', async () => {
      const posted = await running(subject, oneJob(count(1, 120)), 20);
      const { job } = await pairOf(posted);
      await subject.kill();
      const read = (await printed(subject, posted, 'count')).length;
      await subject.until('more lines', async () => {
        const said = await ask('GET', `/containers/${job.Id}/logs?stdout=1`);
        return said.split('\n').length > read + 20 || null;
      });
      // Setting the clock of an engine sets that of the whole computer, so its log is written over
      // in place as it would be then.
      await ask('POST', `/containers/${job.Id}/pause`);
      const file = computer.file('containers', job.Id, `${job.Id}-json.log`);
      const moved = readFileSync(file, 'utf8')
        .split('\n')
        .map((line, index) =>
          index < read
            ? line
            : line.replace(/"time":"(.{19})/, (_, at: string) => `"time":"${hoursBefore(at, 5)}`),
        );
      writeFileSync(file, moved.join('\n'), { flag: 'r+' });
      await ask('POST', `/containers/${job.Id}/unpause`);
      subject.start();
      expect(await subject.untilClosed(posted.run)).toMatchObject({ status: 'success' });
      expect(await printed(subject, posted, 'count')).toEqual(numbers(1, 120));
      await checkClosed(subject, posted);
    });

    it('is given up when it stays away, and cleaned up when it comes back', async () => {
      const posted = await running(subject, oneJob(count(1, 4000)), 20);
      await computer.stopEngine('SIGKILL');
      await untilLost(subject);
      await subject.setClock({ wallMs: 0, steadyMs: 15 * MINUTE_MS });
      // The pay does not wait for the engine; the end of the run does, for the sake of what is left.
      await subject.untilStep(posted.run, 'settlement-confirmed');
      await untilLost(subject);
      expect(subject.steps(posted.run)).not.toContain('closed');
      await computer.startEngine();
      expect(await subject.untilClosed(posted.run)).toMatchObject({
        outcome: 'paid',
        status: 'failed',
      });
      const { opStates } = await resultOf(subject, posted);
      expect(opStates).toMatchObject([{ errors: [{ message: /did not answer any more/ }] }]);
      await checkClosed(subject, posted);
    });

    it('whose disk is full loses no job for good', async () => {
      const posted = await running(subject, oneJob(count(1, 60)), 20);
      const filler = join(computer.disk, 'filler');
      await computer.run('/bin/dd', ['if=/dev/zero', `of=${filler}`, 'bs=1M']);
      const { outcome } = await subject.untilClosed(posted.run);
      await computer.run('/bin/rm', [filler]);
      expect(outcome).toBe('paid');
      // What the engine itself could not keep is lost; what it kept comes once, and in order.
      const lines = (await printed(subject, posted, 'count')).map(Number);
      expect(lines).toEqual([...new Set(lines)].toSorted((one, other) => one - other));
      await checkClosed(subject, posted);
    });

    it('without power, host and all, leaves what was done paid and told as what it is', async () => {
      const twice = job([
        operation('count', { image: IMAGE, env, cmd: count(1, 4000) }, { group: 'all' }),
        operation('again', { image: IMAGE, env, ...POLICY, cmd: AGAIN_CMD }, { group: 'all' }),
      ]);
      const posted = await running(subject, twice, 20);
      await subject.until('the other one', async () => {
        return (await printed(subject, posted, 'again')).length === 4 || null;
      });
      // The computer of the test did not go down, so its host is told another time of its start.
      const since = uptime() * 1000;
      await Promise.all([computer.powerOff(), subject.kill()]);
      await subject.setClock({ wallMs: 0, steadyMs: -since });
      subject.start();
      await subject.until('the host', () => subject.state());
      await computer.powerOn();
      listen();
      const { outcome, status } = await subject.untilClosed(posted.run);
      expect({ outcome, status }).toEqual({ outcome: 'paid', status: 'failed' });
      await expectCutOff(posted);
      const closed = numbers(1, 3).map((n) => `${n} closed`);
      expect(await printed(subject, posted, 'again')).toEqual([
        'run 1',
        ...closed,
        'run 2',
        ...closed,
      ]);
      await checkClosed(subject, posted);
      await checkBooks(subject);
    });
  },
);

function hoursBefore(time: string, hours: number): string {
  return new Date(Date.parse(`${time}Z`) - hours * 3_600_000).toISOString().slice(0, 19);
}
