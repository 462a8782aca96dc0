import { describe, expect, it } from 'vitest';
import type { ContainerSpec, EngineLogLine, JobEngine } from '../../../app/jobs/ports.ts';
import { FakeEngine } from '../../fakes/engine/fake-engine.ts';

const SPEC: ContainerSpec = {
  run: 'run',
  job: 'job',
  operation: 'op',
  index: 0,
  image: 'image:1',
  command: null,
  entrypoint: null,
  env: {},
  workDir: null,
  volumes: [],
  aliases: [],
  cards: [],
  ports: [],
  resources: [],
  readOnlyRoot: false,
};
const signal = new AbortController().signal;

describe('the fake engine', () => {
  it('runs a script and keeps the container for a host that comes back', async () => {
    const engine = new FakeEngine();
    engine.scripts.set('op', {
      lines: [{ text: 'a' }, { text: 'b', stream: 'stderr', sameInstant: true }],
      exitCode: 3,
    });
    const { container } = await started(engine);
    expect(await engine.waitForExit(container, signal)).toMatchObject({
      state: 'exited',
      exitCode: 3,
    });
    expect((await linesOf(engine, null, 0)).map((line) => line.text)).toEqual(['a', 'b']);
    expect(await engine.find('run', 'op')).toEqual(container);
    expect((await started(engine)).container).toEqual(container);
    await engine.cleanUp('run');
    expect(await engine.waitForExit(container, signal)).toEqual({ state: 'vanished' });
  });

  it('goes on from any line as the real one does', async () => {
    const engine = new FakeEngine();
    engine.scripts.set('op', {
      lines: ['a', 'b', 'c', 'd'].map((text, i) => ({ text, sameInstant: i === 2 })),
    });
    const { container } = await started(engine);
    await engine.waitForExit(container, signal);
    const whole = await linesOf(engine, null, 0);
    for (let left = 1; left <= 4; left += 1) {
      const before = whole.slice(0, left);
      const since = before.at(-1)?.timestamp ?? null;
      const skip = before.filter((line) => line.timestamp === since).length;
      expect([...before, ...(await linesOf(engine, since, skip))]).toEqual(whole);
    }
  });

  it('fails when and as it is told', async () => {
    const problem = { code: 'containers.image-missing', message: 'm', remedy: 'r' };
    const engine = new FakeEngine();
    engine.pulls.set('image:1', { problem });
    engine.startProblems.set('op', problem);
    expect(
      await engine.ensureImage({ image: 'image:1', login: null }, () => undefined, signal),
    ).toEqual({
      ok: false,
      problem,
    });
    expect(await engine.start(SPEC, signal)).toEqual({ ok: false, problem });
    engine.startProblems.clear();
    engine.scripts.set('op', { runMs: 'until-stopped' });
    const { container } = await started(engine);
    const waiting = engine.waitForExit(container, signal);
    engine.loseEngine();
    expect(await waiting).toMatchObject({ state: 'engine-lost' });
    await expect(engine.find('run', 'op')).rejects.toMatchObject({
      code: 'containers.engine-lost',
    });
    engine.bringEngineBack();
    await engine.stop(container, 1000);
    expect(await engine.waitForExit(container, signal)).toMatchObject({ exitCode: 143 });
  });
});

async function started(
  engine: JobEngine,
): Promise<{ container: { id: string; operation: string } }> {
  const result = await engine.start(SPEC, signal);
  if (!result.ok) throw new Error(result.problem.code);
  return result;
}

async function linesOf(
  engine: JobEngine,
  since: string | null,
  skip: number,
): Promise<EngineLogLine[]> {
  const container = await engine.find('run', 'op');
  const lines: EngineLogLine[] = [];
  if (container === null) return lines;
  await engine.followLogs(
    container,
    { since, skip, onLine: (line) => void lines.push(line) },
    signal,
  );
  return lines;
}
