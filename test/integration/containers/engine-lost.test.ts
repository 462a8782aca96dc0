import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EngineLogLine } from '../../../app/jobs/ports.ts';
import type { EngineStatus } from '../../../app/containers/shapes.ts';
import {
  importBusybox,
  openRoom,
  patient,
  runToEnd,
  shell,
  started,
  whyNoEngine,
} from './engine-kit.ts';
import { PrivateEngine, whyNoPrivateEngine } from './private-engine.ts';

const reason = (await whyNoEngine()) ?? whyNoPrivateEngine();
const why = reason === null ? '' : ` (${reason})`;
const QUICK = { pollMs: 50, lostMs: 300, watchMs: 50 };

describe.skipIf(reason !== null)(`an engine that goes away${why}`, () => {
  const engine = new PrivateEngine();
  const room = openRoom({ socket: engine.socket, timing: QUICK });

  beforeAll(async () => {
    await engine.start();
    await importBusybox(engine.socket);
  });
  afterEach(async () => {
    await room.sweep([]);
  });
  afterAll(() => engine.remove());

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'in the middle of a job (%s) is reported, and the job is found again when it is back',
    async (how) => {
      const spec = shell('i=0; while [ $i -lt 50 ]; do echo line $i; i=$((i+1)); done; sleep 300');
      const container = await started(room, spec);
      const lines: EngineLogLine[] = [];
      const reading = room.followLogs(
        container,
        { since: null, skip: 0, onLine: (line) => void lines.push(line) },
        patient(),
      );
      const waiting = room.waitForExit(container, patient());
      await expect.poll(() => lines.length, { timeout: 20_000 }).toBe(50);

      await engine.stop(how);
      const lost = { state: 'engine-lost', problem: { code: 'containers.engine-lost' } };
      const first = await waiting;
      // An engine that shuts down in good order ends its containers first and may still say so.
      if (how === 'SIGKILL') expect(first).toMatchObject(lost);
      expect(await room.waitForExit(container, patient())).toMatchObject(lost);
      expect(await room.start(shell('true'), patient())).toMatchObject({
        ok: false,
        problem: lost.problem,
      });
      expect(
        await room.ensureImage({ image: 'a:1', login: null }, () => undefined, patient()),
      ).toMatchObject({
        ok: false,
        problem: lost.problem,
      });
      await expect(room.find(spec.run, spec.operation)).rejects.toMatchObject(lost.problem);
      await expect(room.stop(container, 100)).rejects.toMatchObject(lost.problem);
      await expect(room.cleanUp(spec.run)).rejects.toMatchObject(lost.problem);

      await engine.start();
      // The engine ends the containers of its former life; the job's end is known, not invented.
      expect(await room.waitForExit(container, patient())).toMatchObject({ state: 'exited' });
      expect(await room.find(spec.run, spec.operation)).toEqual(container);
      await reading;
      expect(lines.map((line) => line.text)).toEqual([...Array(50).keys()].map((i) => `line ${i}`));
      await room.cleanUp(spec.run);
      expect(await room.find(spec.run, spec.operation)).toBeNull();
    },
  );

  it('is noticed by who watches, and its return too', async () => {
    const seen: EngineStatus[] = [];
    const stop = room.watch((status) => seen.push(status));
    await expect.poll(() => seen.at(-1)?.ok, { timeout: 20_000 }).toBe(true);
    await engine.stop('SIGTERM');
    await expect.poll(() => seen.at(-1)?.ok, { timeout: 20_000 }).toBe(false);
    expect(seen.at(-1)).toMatchObject({
      problem: {
        code: 'containers.engine-lost',
        remedy: expect.stringContaining('systemctl start docker') as string,
      },
    });
    await engine.start();
    await expect.poll(() => seen.at(-1)?.ok, { timeout: 20_000 }).toBe(true);
    stop();
    expect(seen).toHaveLength(3);
    expect(room.status()).toMatchObject({ ok: true, name: 'Docker', storageDriver: 'overlay2' });
  });

  it('that is there only later is found then', async () => {
    await engine.stop('SIGTERM');
    const late = openRoom({ socket: engine.socket, timing: QUICK });
    expect(await late.checkEngine()).toMatchObject({
      ok: false,
      problem: { code: 'containers.engine-stopped' },
    });
    await engine.start();
    expect((await runToEnd(late, shell('echo hello'))).out).toBe('hello');
    await late.sweep([]);
  });
});
