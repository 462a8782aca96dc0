import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { job, operation } from '../../fakes/jobs/definitions.ts';
import { Events } from '../../fakes/owner-api/events.ts';
import { Listener } from '../../fakes/owner-api/listener.ts';
import { importBusybox, newId, openRoom, whyNoEngine } from '../containers/engine-kit.ts';
import { busybox as args, until } from '../jobs/jobs-kit.ts';
import { OwnedJob } from './owner-kit.ts';

/* An owner at the door of a host whose job really runs. */

const reason = await whyNoEngine();
const together = { group: 'all' };

const Lines = z.array(z.object({ type: z.string(), log: z.string(), opId: z.string() }));
const Stats = z.array(
  z.object({
    opId: z.string(),
    timestamp: z.number(),
    cpu: z.object({ cpu_percent: z.number() }),
    memory: z.object({ memory_usage: z.number(), memory_limit: z.number() }),
    disk: z.object({ write: z.number() }),
    network: z.object({ received: z.number(), sent: z.number() }),
  }),
);

/** Counts its runs in a file that outlives them, and then stays. */
const counting =
  'n=$(cat /tmp/n 2>/dev/null || echo 0); n=$((n+1)); echo $n > /tmp/n; echo run $n; while true; do sleep 0.1; done';

describe.skipIf(reason !== null)(
  `an owner of a running job${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    const engine = openRoom({ hostId: newId('host') });
    let owner: OwnedJob;

    beforeAll(() => importBusybox());
    afterAll(async () => {
      await engine.sweep([]);
      await engine.close();
    });
    beforeEach(() => {
      owner = new OwnedJob(engine);
    });
    afterEach(() => owner.end());

    const state = (id: string): string | undefined =>
      owner.host.room.door.infoOf(owner.job)?.operations?.all[id];
    const printed = (id: string): Promise<string[]> => owner.host.printed(owner.offer.run, id);

    /** A minute at most, and not so often that the door has enough. */
    async function untilAsked(isThere: () => Promise<boolean>): Promise<void> {
      for (let tries = 0; !(await isThere()); tries += 1) {
        if (tries > 200) throw new Error('What the test waits for never happened.');
        await sleep(300);
      }
    }
    const untilPrinted = (id: string, text: string): Promise<void> =>
      untilAsked(async () => (await printed(id)).includes(text));

    it('sees it run to its end, by events, and hears every line once', async () => {
      const cmd =
        'i=0; while [ $i -lt 100 ]; do i=$((i+1)); echo $i; sleep 0.02; done; echo end >&2';
      await owner.take(
        job([
          operation('count', { ...args, cmd }),
          operation('after', { ...args, cmd: 'echo bye' }),
        ]),
      );
      const events = await Events.open(owner, '/info');
      const listener = await Listener.open(owner);
      await listener.follow('/log');
      const state = await Listener.open(owner);
      await state.follow('/status');
      expect(await listener.closed).toMatchObject({ code: 1000 });
      expect(await state.closed).toMatchObject({ code: 1000 });
      await until(() => events.isOver);
      const lines = Lines.parse(listener.heard('log'));
      expect(lines.filter(({ type }) => type === 'stdout').map(({ log }) => log)).toEqual([
        ...Array.from({ length: 100 }, (_, index) => `${index + 1}`),
        'bye',
      ]);
      expect(lines).toContainEqual({ type: 'stderr', log: 'end', opId: 'count' });
      expect(events.heard.at(-1)).toMatchObject({
        status: 'success',
        operations: { all: { count: 'finished', after: 'finished' } },
      });
      expect(state.heard('state').length).toBeGreaterThan(1);
      expect(owner.host.history.get(owner.offer.run).outcome).toBe('paid');
    });

    it('sees what it uses', async () => {
      const serve = 'while true; do head -c 1000000 /dev/zero | nc -l -p 8000; done';
      const cmd = 'while true; do nc -w 1 %%ops.serve.host%% 8000 > /dev/null < /dev/null; done';
      await owner.take(
        job([
          operation('serve', { ...args, cmd: serve }, together),
          operation('burn', { ...args, cmd }, { group: 'all', depends_on: ['serve'] }),
        ]),
      );
      await until(() => state('burn') === 'running');
      await untilAsked(async () => {
        const stats = Stats.parse((await owner.ask('/stats')).value);
        return stats.some(({ opId, network }) => opId === 'burn' && network.received > 1);
      });
      const { status, value } = await owner.ask('/stats?interval=5');
      expect(status).toBe(200);
      const stats = Stats.parse(value);
      expect(new Set(stats.map(({ opId }) => opId))).toEqual(new Set(['serve', 'burn']));
      for (const { cpu, memory, timestamp } of stats) {
        expect(Math.abs(timestamp - Date.now())).toBeLessThan(60_000);
        expect(cpu.cpu_percent).toBeGreaterThan(0);
        // The engine's limit of these tests: 256 MiB.
        expect(memory.memory_limit).toBe(0.25);
        expect(memory.memory_usage).toBeGreaterThan(0);
        expect(memory.memory_usage).toBeLessThan(256);
      }
      owner.host.room.handBack('The test is over.');
      await owner.host.untilClosed(owner.offer.run);
    });

    it('has an operation run anew, with its files, also when the host was away in between', async () => {
      await owner.take(job([operation('serve', { ...args, cmd: counting })]));
      await untilPrinted('serve', 'run 1');
      expect(await owner.ask('/group/all/operation/serve/restart', 'POST')).toMatchObject({
        status: 404,
      });
      const restart = await owner.ask('/group/serve/operation/serve/restart', 'POST');
      expect(restart).toMatchObject({ status: 202 });
      await untilPrinted('serve', 'run 2');
      expect(await owner.ask('/group/serve/restart', 'POST')).toMatchObject({ status: 202 });
      await owner.comeBack();
      await untilPrinted('serve', 'run 3');
      await until(() => state('serve') === 'running');
      expect(await printed('serve')).toEqual(['run 1', 'run 2', 'run 3']);
      expect(owner.host.room.current()?.operations[0]).toMatchObject({ restarts: 2 });
      owner.host.room.handBack('The test is over.');
      await owner.host.untilClosed(owner.offer.run);
    });

    it('stops one operation for good, and then the whole job, which is settled', async () => {
      const always = { ...args, cmd: counting, restart_policy: 'always' };
      await owner.take(
        job([operation('one', always, together), operation('two', always, together)]),
      );
      await until(() => state('one') === 'running' && state('two') === 'running');
      expect(await owner.ask('/group/all/operation/one/stop', 'POST')).toMatchObject({
        status: 200,
      });
      await until(() => state('one') === 'stopped');
      await owner.comeBack();
      await until(() => state('two') === 'running');
      expect(await owner.ask('/ops')).toEqual({
        status: 200,
        value: { one: 'stopped', two: 'running' },
      });
      expect(await printed('one')).toEqual(['run 1']);
      expect(await owner.ask('/stop', 'POST')).toMatchObject({ status: 200 });
      await owner.host.untilClosed(owner.offer.run);
      expect(owner.host.history.get(owner.offer.run)).toMatchObject({
        outcome: 'ended-by-client',
        status: 'stopped',
      });
      expect(owner.host.network.landed(owner.offer.run)).toBe(1);
      expect(owner.host.network.result(owner.offer.run)).toMatchObject({
        opStates: [
          { status: 'stopped', diagnostics: { reason: { jobStopped: true } } },
          { status: 'stopped', diagnostics: { reason: { jobStopped: true } } },
        ],
      });
      expect((await fetch(`http://127.0.0.1:${owner.port}/job/${owner.job}/info`)).status).toBe(
        404,
      );
    });
  },
);
