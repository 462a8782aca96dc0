import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guardOptions } from '../../../app/containers/guard-options.ts';
import { proveIsolation } from '../../../app/containers/prove/prove.ts';
import type { ContainersRoom } from '../../../app/containers/room.ts';
import type { ContainerHandle, ContainerSpec } from '../../../app/jobs/ports.ts';
import {
  IMAGE,
  importBusybox,
  newId,
  openRoom,
  patient,
  roomOptions,
  runToEnd,
  shell,
  started,
} from './engine-kit.ts';
import { engineKinds, type EngineUnderTest } from './engines.ts';

/** Knocks at the gateway, where the computer itself is; the filter answers at once. */
const REFUSED =
  'gateway=$(ip route | sed -n "s/^default via \\([0-9.]*\\).*/\\1/p"); nc -w 1 $gateway 22 </dev/null 2>/dev/null || echo refused';

/*
 * One interface, the same on every engine: what jobs rely on (app/jobs/ports.ts, JobEngine).
 */
for (const kind of await engineKinds()) {
  const { name, reason, tellsOutOfMemory } = kind;
  const why = reason === null ? '' : ` (${reason})`;
  describe.skipIf(reason !== null)(`${name} as the engine of jobs${why}`, () => {
    const hostId = newId('host');
    let engine: EngineUnderTest;
    let room: ContainersRoom;

    beforeAll(async () => {
      engine = await kind.open();
      await importBusybox(engine.socket);
      room = openRoom({ socket: engine.socket, hostId, timing: { diskMs: 300 } });
    }, 120_000);
    afterAll(async () => {
      await room.sweep([]);
      await room.close();
      await engine.remove();
    }, 120_000);

    it('may run jobs, behind a filter that is at work', async () => {
      expect(await room.checkEngine()).toMatchObject({ ok: true, internet: 'filtered' });
    });

    it('finds an image that is there, and says so of one that is not', async () => {
      const ask = (image: string) =>
        room.ensureImage({ image, login: null }, () => undefined, patient());
      expect(await ask(IMAGE)).toMatchObject({ ok: true });
      expect(await ask('127.0.0.1:1/nothing/here:1')).toMatchObject({ ok: false });
    });

    it('tells output from errors, keeps their order, and knows the exit code', async () => {
      const script = 'pwd; echo "$WORD"; echo trouble >&2; echo last; exit 3';
      const env = { PATH: '/bin', WORD: 'two words' };
      const { out, err, end } = await runToEnd(room, shell(script, { env, workDir: '/tmp' }));
      expect(out).toBe('/tmp\ntwo words\nlast');
      expect(err).toBe('trouble');
      expect(end).toMatchObject({ state: 'exited', exitCode: 3, outOfMemory: false });
    });

    it('starts an operation once, and finds it again after a restart of the host', async () => {
      const spec = shell('sleep 300');
      const first = await started(room, spec);
      expect(await started(room, spec)).toEqual(first);
      const later = openRoom({ socket: engine.socket, hostId });
      expect(await later.find(spec.run, spec.operation)).toEqual(first);
      expect(await later.find(spec.run, 'another')).toBeNull();
      await room.cleanUp(spec.run);
      expect(await room.find(spec.run, spec.operation)).toBeNull();
      expect(await room.waitForExit(first, patient())).toEqual({ state: 'vanished' });
    });

    it('goes on with a log where a reader stopped', async () => {
      const spec = shell('for i in 1 2 3 4 5; do echo line $i; done');
      const { lines } = await runToEnd(room, spec);
      const third = lines[2];
      const rest: string[] = [];
      const onLine = ({ text }: { text: string }): void => void rest.push(text);
      const since = third?.timestamp ?? null;
      const skip = lines.slice(0, 3).filter(({ timestamp }) => timestamp === since).length;
      const container = await started(room, spec);
      await room.followLogs(container, { since, skip, onLine }, patient());
      expect(rest).toEqual(['line 4', 'line 5']);
    });

    it('ends what takes too much memory', async () => {
      const { end } = await runToEnd(room, shell('tail /dev/zero'));
      expect(end).toMatchObject({ state: 'exited', exitCode: 137 });
      if (tellsOutOfMemory) expect(end).toMatchObject({ outOfMemory: true });
    });

    it('ends what fills the disk, and says so', async () => {
      const small = openRoom({
        socket: engine.socket,
        hostId,
        freeDiskBytes: () => Promise.resolve(64 * 1024 ** 2),
        timing: { diskMs: 300 },
      });
      const script = 'dd if=/dev/zero of=/filler bs=1M count=100 2>/dev/null; sleep 60; echo done';
      const container = await started(small, shell(script));
      expect(await small.waitForExit(container, patient())).toMatchObject({ diskExceeded: true });
    });

    it('lets a program end by itself when it is asked to, and kills one that does not', async () => {
      const polite = await started(
        room,
        shell('trap "exit 5" TERM; echo up; while true; do sleep 0.1; done'),
      );
      await untilItSays(room, polite, 'up');
      await room.stop(polite, 20_000);
      expect(await room.waitForExit(polite, patient())).toMatchObject({ exitCode: 5 });
      const deaf = await started(
        room,
        shell('trap "" TERM; echo up; while true; do sleep 0.1; done'),
      );
      await untilItSays(room, deaf, 'up');
      await room.stop(deaf, 300);
      expect(await room.waitForExit(deaf, patient())).toMatchObject({ exitCode: 137 });
    });

    it('tells what a running container uses, and nothing of one that has ended', async () => {
      const busy = await started(room, shell('echo up; while true; do :; done'));
      await untilItSays(room, busy, 'up');
      const stats = await room.stats(busy);
      expect(stats?.cpuPercent).toBeGreaterThan(1);
      expect(stats?.memoryBytes).toBeGreaterThan(0);
      expect(stats?.memoryBytes).toBeLessThan(stats?.memoryLimitBytes ?? 0);
      expect(Math.abs((stats?.at ?? 0) - Date.now())).toBeLessThan(60_000);
      await room.stop(busy, 0);
      expect(await room.stats(busy)).toBeNull();
    });

    it('starts an ended container again with its files, behind the same filter', async () => {
      const script = `echo run >>/tmp/runs; wc -l </tmp/runs; ${REFUSED}`;
      const spec = shell(script);
      await runToEnd(room, spec);
      const container = await started(room, spec);
      expect(await room.restart(container, patient())).toMatchObject({ ok: true });
      await room.waitForExit(container, patient());
      expect((await runToEnd(room, spec)).out.split('\n')).toEqual([
        '1',
        'refused',
        '2',
        'refused',
      ]);
    });

    it('lets operations of a job find each other by name, and nobody else', async () => {
      const run = newId('run');
      const listen = 'while true; do echo hello | nc -l -p 7777; done';
      await started(room, shell(listen, { run, aliases: ['operation-0', 'api'] }));
      const stranger = await started(room, shell(listen, { aliases: ['operation-0'] }));
      const elsewhere = await room.addressOf(stranger);
      const probe = [
        // The listener needs a moment after each caller.
        'for name in operation-0 api; do until nc -w 3 $name 7777 </dev/null; do sleep 0.1; done; done',
        `nc -w 1 ${elsewhere} 7777 </dev/null 2>/dev/null || echo alone`,
        REFUSED,
      ].join('; ');
      const spec = shell(probe, { run, index: 1, operation: 'probe', aliases: ['operation-1'] });
      expect((await runToEnd(room, spec)).out.split('\n')).toEqual([
        'hello',
        'hello',
        'alone',
        'refused',
      ]);
    });

    it('opens a port to this computer alone', async () => {
      const listen = 'echo up; while true; do echo "hello from inside" | nc -l -p 8080; done';
      const container = await started(room, shell(listen, { ports: [8080] }));
      await untilItSays(room, container, 'up');
      const endpoint = await room.endpoint(container, 8080);
      expect(endpoint).toMatchObject({ host: '127.0.0.1' });
      const { host = '', port = 0 } = endpoint ?? {};
      const answer = engine.beside('/bin/busybox', ['nc', '-w', '5', host, String(port)]);
      expect(answer).toBe('hello from inside\n');
      expect(await room.endpoint(container, 9090)).toBeNull();
    });

    it('shares a volume within a job, and mounts fetched files for reading only', async () => {
      const volume = await room.volumes.create(newId('key'));
      const body = Readable.from([Buffer.from('a model')]);
      await room.volumes.write(volume, { path: 'deep/model', size: 7, body }, patient());
      const run = newId('run');
      const more: Partial<ContainerSpec> = {
        run,
        volumes: [{ name: 'data', dest: '/data/own' }],
        resources: [{ volume, dest: '/models', writable: false }],
      };
      await runToEnd(room, shell('echo kept >/data/own/file', more));
      const script =
        'cat /data/own/file /models/deep/model; echo x >/models/y 2>/dev/null || echo "; not mine"';
      const spec = shell(script, { ...more, index: 1, operation: 'second' });
      expect((await runToEnd(room, spec)).out).toBe('kept\na model; not mine');
      await room.cleanUp(run);
      expect((await room.volumes.list()).map((one) => one.volume)).toContain(volume);
      await room.volumes.remove(volume);
    });

    it('starts no job where its network cannot be filtered, and leaves nothing of the attempt', async () => {
      const broken = openRoom({
        socket: engine.socket,
        hostId,
        // A rule that no guard accepts.
        buildGuard: (request) => ({ ...guardOptions(request), Cmd: ['--deny', '0.0.0.0/0'] }),
      });
      const spec = shell('true', { ports: [8080] });
      expect(await broken.start(spec, patient())).toMatchObject({
        ok: false,
        problem: { code: 'containers.filter-missing' },
      });
      expect(await broken.find(spec.run, spec.operation)).toBeNull();
      await broken.cleanUp(spec.run);
    });

    it('closes the network altogether, or says that it cannot', async () => {
      const closed = openRoom({ socket: engine.socket, hostId, internet: () => 'none' });
      const status = await closed.checkEngine();
      const script = `ip route | grep -c default; ${REFUSED}; echo done`;
      const spec = shell(script, { aliases: ['operation-0'] });
      if (status.ok) {
        expect((await runToEnd(closed, spec)).out.split('\n').at(-1)).toBe('done');
        expect(closed.isolation(false).join()).toContain('No way out');
      } else {
        expect(status.problem.code).toBe('containers.engine-unsuitable');
        expect(await closed.start(spec, patient())).toMatchObject({ ok: false });
      }
    });

    it('keeps a job from this computer, other jobs and other rights, as the proof shows', async () => {
      const home = mkdtempSync(join(tmpdir(), 'offpeak-proof-'));
      const only = [
        'files',
        'router',
        'broadcast',
        'other-jobs',
        'engine',
        'rights',
        'shared-cache',
      ];
      const signal = AbortSignal.timeout(100_000);
      const options = { ...roomOptions({ socket: engine.socket }), home, router: [], only, signal };
      const { results } = await proveIsolation(options);
      rmSync(home, { recursive: true });
      expect(results.filter(({ outcome }) => outcome !== 'stopped')).toEqual([]);
      expect(results).toHaveLength(only.length);
    });

    it('leaves nothing of a swept host', async () => {
      await started(room, shell('sleep 300'));
      const { problem } = await openRoom({ socket: engine.socket, hostId }).sweep([]);
      expect(problem).toBeNull();
      expect((await room.sweep([])).removed).toEqual([]);
    });
  });
}

async function untilItSays(
  room: ContainersRoom,
  container: ContainerHandle,
  word: string,
): Promise<void> {
  const said = new AbortController();
  const onLine = ({ text }: { text: string }): void => {
    if (text === word) said.abort();
  };
  const signal = AbortSignal.any([said.signal, patient()]);
  await room.followLogs(container, { since: null, skip: 0, onLine }, signal);
}
