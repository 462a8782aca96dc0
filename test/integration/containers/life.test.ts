import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineLogLine } from '../../../app/jobs/ports.ts';
import {
  importBusybox,
  newId,
  openRoom,
  patient,
  raw,
  runToEnd,
  shell,
  started,
  whyNoEngine,
} from './engine-kit.ts';

const reason = await whyNoEngine();

describe.skipIf(reason !== null)(
  `the life of a container${reason === null ? '' : ` (${reason})`}`,
  () => {
    const hostId = newId('host');
    const room = openRoom({ hostId });

    beforeAll(() => importBusybox());
    afterAll(async () => {
      // A new room holds no network of a start that failed.
      await openRoom({ hostId }).sweep([]);
    });

    it('runs an operation and tells how it ended', async () => {
      const { end, out, err } = await runToEnd(room, shell('echo to out; echo to err >&2; exit 0'));
      expect([out, err]).toEqual(['to out', 'to err']);
      expect(end).toMatchObject({ state: 'exited', exitCode: 0, outOfMemory: false });
      if (end.state === 'exited') expect(end.endedAt).toBeGreaterThanOrEqual(end.startedAt);
    });

    it('tells the exit code of a program that fails', async () => {
      const { end } = await runToEnd(room, shell('exit 42'));
      expect(end).toMatchObject({ state: 'exited', exitCode: 42, outOfMemory: false });
    });

    it('gives the program its environment, its folder and a volume that siblings share', async () => {
      const run = newId('run');
      const volumes = [{ name: 'any name: ü', dest: '/data/shared' }];
      const first = shell('pwd; echo "$GREETING"; echo kept > /data/shared/file', {
        run,
        volumes,
        workDir: '/tmp',
        env: { PATH: '/bin', GREETING: 'two words = one "value"' },
      });
      expect((await runToEnd(room, first)).out).toBe('/tmp\ntwo words = one "value"');
      const second = shell('cat /data/shared/file', {
        run,
        volumes,
        index: 1,
        operation: 'second',
      });
      expect((await runToEnd(room, second)).out).toBe('kept');
    });

    it('starts an operation once, however often it is asked to', async () => {
      const spec = shell('echo started; sleep 300');
      const [first, second] = await Promise.all([started(room, spec), started(room, spec)]);
      const afterRestart = openRoom({ hostId });
      expect(second.id).toBe(first.id);
      expect((await started(afterRestart, spec)).id).toBe(first.id);
      expect(await afterRestart.find(spec.run, spec.operation)).toEqual(first);
      expect(await afterRestart.find(spec.run, 'another')).toBeNull();
      await room.stop(first, 0);
      expect((await started(room, spec)).id).toBe(first.id);
      expect(await room.waitForExit(first, patient())).toMatchObject({ exitCode: 137 });
    });

    it('starts what a crash left created but not started, and does not take it for started', async () => {
      const spec = shell('echo done');
      const container = await started(room, spec);
      await room.waitForExit(container, patient());
      const inspected: unknown = JSON.parse(
        (await raw('GET', `/containers/${container.id}/json`)).text,
      );
      await raw('DELETE', `/containers/${container.id}?force=1`);
      const body = recreated(inspected);
      expect(
        (await raw('POST', '/containers/create?name=offpeak-left-by-crash', body)).status,
      ).toBe(201);

      expect(await room.find(spec.run, spec.operation)).toBeNull();
      const again = await started(room, spec);
      expect(await room.waitForExit(again, patient())).toMatchObject({
        state: 'exited',
        exitCode: 0,
      });
    });

    it('stops a program that listens at once, and kills one that does not after the grace', async () => {
      const polite = await started(
        room,
        shell('trap "echo bye; exit 3" TERM; echo up; sleep 300 & wait'),
      );
      await untilItSays(polite, 'up');
      await room.stop(polite, 60_000);
      expect(await room.waitForExit(polite, patient())).toMatchObject({ exitCode: 3 });

      const deaf = await started(
        room,
        shell('trap "" TERM; echo up; while true; do sleep 1; done'),
      );
      await untilItSays(deaf, 'up');
      await room.stop(deaf, 300);
      expect(await room.waitForExit(deaf, patient())).toMatchObject({ exitCode: 137 });
      await room.stop(deaf, 300);
    });

    it('says that a container vanished when somebody removed it', async () => {
      const container = await started(room, shell('sleep 300'));
      await raw('DELETE', `/containers/${container.id}?force=1`);
      expect(await room.waitForExit(container, patient())).toEqual({ state: 'vanished' });
      await room.stop(container, 1000);
      await room.followLogs(
        container,
        { since: null, skip: 0, onLine: () => undefined },
        patient(),
      );
    });

    it('stops waiting and reading when it is told to', async () => {
      const container = await started(room, shell('echo one; sleep 300'));
      const stop = new AbortController();
      const waiting = room.waitForExit(container, stop.signal);
      const lines: EngineLogLine[] = [];
      const reading = room.followLogs(
        container,
        {
          since: null,
          skip: 0,
          onLine: (line) => {
            lines.push(line);
            stop.abort();
          },
        },
        stop.signal,
      );
      await expect(waiting).rejects.toThrow();
      await reading;
      expect(lines.map((line) => line.text)).toEqual(['one']);
    });

    describe('explains why an operation cannot start', () => {
      it('a working folder that is a file', async () => {
        const spec = shell('true', { workDir: '/bin/busybox' });
        const result = await room.start(spec, patient());
        expect(result).toMatchObject({ ok: false, problem: { code: 'containers.start-failed' } });
        // Nothing is left that a restarted host could take for a run operation.
        expect(await room.find(spec.run, spec.operation)).toBeNull();
        expect((await raw('GET', '/containers/json?all=1')).text).not.toContain(
          `"io.offpeak.run":"${spec.run}"`,
        );
      });

      it('a program that the image does not have, which the first process tells', async () => {
        const { end, err } = await runToEnd(room, shell('', { command: ['no-such-program'] }));
        expect(end).toMatchObject({ state: 'exited', exitCode: 127 });
        expect(err).toContain('no-such-program');
      });

      it('an image that is not there', async () => {
        const result = await room.start(shell('', { image: 'offpeak-test/none:1' }), patient());
        expect(result).toMatchObject({ ok: false, problem: { code: 'containers.image-missing' } });
      });

      it('a card that the engine cannot give', async ({ skip }) => {
        const engine = await room.checkEngine();
        if (engine.ok && engine.cardsBy !== null) skip('this engine can give a card');
        const result = await room.start(shell('true', { cards: ['GPU-1'] }), patient());
        expect(result).toMatchObject({ ok: false, problem: { code: 'containers.gpu-missing' } });
        if (!result.ok) expect(result.problem.remedy).toContain('NVIDIA Container Toolkit');
      });

      it('a mount over the kernel, and an abort', async () => {
        const refused = shell('true', { volumes: [{ name: 'v', dest: '/proc/sys' }] });
        expect(await room.start(refused, patient())).toMatchObject({
          ok: false,
          problem: { code: 'containers.spec-refused' },
        });
        expect(await room.start(shell('true'), AbortSignal.abort())).toMatchObject({
          ok: false,
          problem: { code: 'containers.stopped' },
        });
      });
    });

    async function untilItSays(
      container: { id: string; operation: string },
      text: string,
    ): Promise<void> {
      const stop = new AbortController();
      const onLine = (line: EngineLogLine): void => {
        if (line.text === text) stop.abort();
      };
      await room.followLogs(container, { since: null, skip: 0, onLine }, stop.signal);
    }
  },
);

/** What the engine was asked to create a container with, from what it says of it. */
function recreated(inspected: unknown): object {
  const at = (value: unknown, key: string): unknown =>
    typeof value === 'object' && value !== null ? Reflect.get(value, key) : null;
  const config = at(inspected, 'Config');
  const own = typeof config === 'object' ? config : {};
  // Its name in the network is the guard's.
  return { ...own, Hostname: '', HostConfig: at(inspected, 'HostConfig') };
}
