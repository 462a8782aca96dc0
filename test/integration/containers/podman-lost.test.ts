import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineLogLine } from '../../../app/jobs/ports.ts';
import { importBusybox, openRoom, patient, raw, shell, started } from './engine-kit.ts';
import { PrivatePodman, whyNoPodman } from './private-podman.ts';

const reason = whyNoPodman();
const why = reason === null ? '' : ` (${reason})`;
const QUICK = { pollMs: 50, lostMs: 300, watchMs: 50 };

describe.skipIf(reason !== null)(`a Podman service that goes away${why}`, () => {
  const podman = new PrivatePodman();
  const room = openRoom({ socket: podman.socket, timing: QUICK });

  beforeAll(async () => {
    await podman.start();
    await importBusybox(podman.socket);
  }, 60_000);
  afterAll(async () => {
    await room.sweep([]);
    await room.close();
    await podman.remove();
  }, 60_000);

  // Its containers do not hang on the service, which may also end by itself when nobody asks.
  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'in the middle of a job (%s) is reported, the job goes on, and no line of it is missed',
    async (how) => {
      const script = 'i=0; while [ $i -lt 40 ]; do echo line $i; i=$((i+1)); sleep 0.1; done';
      const spec = shell(script);
      const container = await started(room, spec);
      const lines: EngineLogLine[] = [];
      const onLine = (line: EngineLogLine): void => void lines.push(line);
      const reading = room.followLogs(container, { since: null, skip: 0, onLine }, patient());
      const waiting = room.waitForExit(container, patient());
      await expect.poll(() => lines.length, { timeout: 20_000 }).toBeGreaterThan(5);

      await podman.stop(how);
      const lost = { state: 'engine-lost', problem: { code: 'containers.engine-lost' } };
      expect(await waiting).toMatchObject(lost);
      expect(await room.start(shell('true'), patient())).toMatchObject({
        ok: false,
        problem: lost.problem,
      });
      await expect(room.cleanUp(spec.run)).rejects.toMatchObject(lost.problem);

      await podman.start();
      expect(await room.find(spec.run, spec.operation)).toEqual(container);
      expect(await room.waitForExit(container, patient())).toMatchObject({ exitCode: 0 });
      await reading;
      expect(lines.map((line) => line.text)).toEqual([...Array(40).keys()].map((i) => `line ${i}`));
      await room.cleanUp(spec.run);
      expect(await room.find(spec.run, spec.operation)).toBeNull();
    },
    60_000,
  );

  // Podman calls it "stopping" then, neither running nor ended, with the exit code 0.
  it('that somebody asks to stop a job does not say how it ended before it has', async () => {
    const spec = shell('trap "" TERM; echo up; while true; do sleep 0.1; done');
    const container = await started(room, spec);
    const path = `/v1.41/containers/${container.id}`;
    const stopping = raw('POST', `${path}/stop?t=3`, undefined, podman.socket);
    const status = async (): Promise<string> =>
      (await raw('GET', `${path}/json`, undefined, podman.socket)).text;
    await expect.poll(status, { timeout: 20_000 }).toContain('"Status":"stopping"');
    expect(await room.waitForExit(container, patient())).toMatchObject({ exitCode: 137 });
    await stopping;
    await room.cleanUp(spec.run);
  }, 60_000);

  // Podman calls what ran then created again, with the exit code 0.
  it('with the whole computer knows later what ran, that its end was not seen, and what it said', async () => {
    const spec = shell('echo before; sleep 300');
    const container = await started(room, spec);
    const text = async (): Promise<string[]> => {
      const lines: string[] = [];
      const onLine = (line: EngineLogLine): void => void lines.push(line.text);
      await room.followLogs(container, { since: null, skip: 0, onLine }, patient());
      return lines;
    };
    await podman.cutPower();
    await podman.start();
    expect(await room.find(spec.run, spec.operation)).toEqual(container);
    expect(await room.waitForExit(container, patient())).toMatchObject({ exitCode: 255 });
    expect(await text()).toEqual(['before']);
    // Its guard has to say anew that it filters: what it said before the cut does not count.
    expect(await room.restart(container, patient())).toMatchObject({ ok: true });
    await room.stop(container, 0);
    expect(await text()).toEqual(['before', 'before']);
    await room.cleanUp(spec.run);
  }, 60_000);
});
