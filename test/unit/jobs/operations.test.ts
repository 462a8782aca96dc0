import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OffpeakError } from '../../../app/contract/errors.ts';
import type { OperationView } from '../../../app/contract/job.ts';
import { job, operation } from '../../fakes/jobs/definitions.ts';
import { stopTime, until } from '../../fakes/jobs/time.ts';
import { World } from '../../fakes/jobs/world.ts';

let world: World;

beforeEach(() => {
  stopTime();
  world = new World();
});
afterEach(async () => {
  await world.end();
  vi.useRealTimers();
});

const together = { group: 'together' };

async function run(ops: readonly object[], more: object = {}): Promise<OperationView[]> {
  const offer = world.network.assign(job(ops, more));
  await world.runToEnd(offer);
  return world.history.get(offer.run).operations;
}

function take(ops: readonly object[]): void {
  world.room.take(world.network.assign(job(ops)));
}

describe('groups', () => {
  it('run one after the other, and a failed one does not end the next', async () => {
    world.engine.scripts.set('first', { exitCode: 1 });
    const operations = await run([operation('first'), operation('second')]);
    expect(operations.map(({ id, exitCode }) => [id, exitCode])).toEqual([
      ['first', 1],
      ['second', 0],
    ]);
    expect(operations[0]?.problem).toBe('It ended with exit code 1.');
    const calls = world.engine.calls.join(' | ');
    expect(calls.indexOf('waitForExit first')).toBeLessThan(calls.indexOf('start second'));
  });

  it('run their operations side by side', async () => {
    world.engine.scripts.set('a', { runMs: 'until-stopped' });
    world.engine.scripts.set('b', { runMs: 'until-stopped' });
    take([operation('a', {}, together), operation('b', {}, together)]);
    await until(() => world.engine.running().length === 2);
    world.engine.exit('a', 0);
    world.engine.exit('b', 0);
    await world.untilClosed();
    expect(world.lastClosed().summary.status).toBe('success');
  });
});

describe('dependencies', () => {
  it('hold an operation back until all of them have started', async () => {
    world.engine.scripts.set('db', { runMs: 'until-stopped' });
    world.engine.scripts.set('cache', { runMs: 'until-stopped' });
    take([
      operation('web', {}, { ...together, depends_on: ['db', 'cache'] }),
      operation('db', {}, together),
      operation('cache', {}, together),
    ]);
    await until(() => world.engine.specs.length === 3);
    expect(world.engine.specs.map((spec) => spec.operation)).toEqual(['db', 'cache', 'web']);
    for (const id of ['db', 'cache']) world.engine.exit(id, 0);
    await world.untilClosed();
  });

  it('that never started skip the operation, with a reason', async () => {
    const problem = new OffpeakError('containers.start-failed').toReport();
    world.engine.startProblems.set('db', problem);
    const operations = await run([
      operation('db', {}, together),
      operation('web', {}, { ...together, depends_on: ['db'] }),
    ]);
    expect(operations).toMatchObject([
      { id: 'db', state: 'ended', problem: problem.message },
      { id: 'web', state: 'skipped', problem: 'An operation it depends on did not start.' },
    ]);
  });

  it('that end stop an operation that asked for it', async () => {
    world.engine.scripts.set('db', { runMs: 3000 });
    world.engine.scripts.set('web', { runMs: 'until-stopped' });
    const operations = await run([
      operation('db', {}, together),
      operation('web', {}, { ...together, depends_on: ['db'], stop_if_dependent_stops: true }),
    ]);
    expect(operations[1]).toMatchObject({ state: 'ended', problem: null });
    expect(world.lastClosed().summary.status).toBe('success');
  });

  it('that end leave an operation alone that did not ask for it', async () => {
    world.engine.scripts.set('web', { runMs: 60_000 });
    await run([
      operation('db', {}, together),
      operation('web', {}, { ...together, depends_on: ['db'] }),
    ]);
    expect(world.engine.calls).not.toContain('stop web 5000');
  });
});

describe('what a container is started with', () => {
  it('has literals, volumes, names and the job’s own defaults filled in', async () => {
    const offer = world.network.assign(
      job(
        [
          { type: 'container/create-volume', id: 'disk', args: { name: 'data' } },
          operation('db', { aliases: 'database' }),
          operation('web', {
            cmd: ['serve', '--db', '%%ops.db.host%%'],
            env: { MODEL: '%%global.variables.MODEL%%', HOST: '%%global.host%%' },
            volumes: [{ name: 'data', dest: '/data' }],
          }),
        ],
        { global: { env: { SHARED: 'yes' }, work_dir: '/srv', variables: { MODEL: 'small' } } },
      ),
    );
    await world.runToEnd(offer);
    expect(world.engine.specs).toMatchObject([
      { operation: 'db', index: 1, aliases: ['operation-1', 'database'] },
      {
        operation: 'web',
        index: 2,
        command: ['serve', '--db', 'operation-1'],
        env: { SHARED: 'yes', MODEL: 'small', HOST: 'FakeHost', NOSANA_ID: offer.job },
        workDir: '/srv',
        volumes: [{ name: 'data', dest: '/data' }],
        cards: [],
      },
    ]);
  });
});

describe('an engine that does not answer when an operation is to start', () => {
  const problem = new OffpeakError('containers.engine-timed-out').toReport();

  it('is asked again, and starts it once', async () => {
    world.engine.startProblems.set('train', problem);
    take([operation('train')]);
    await until(() => world.room.obstacle() !== null);
    world.engine.startProblems.delete('train');
    await world.untilClosed();
    expect(world.lastClosed().summary.status).toBe('success');
    expect(world.engine.started.get('train')?.size).toBe(1);
  });

  it('may have started it all the same: what runs is adopted', async () => {
    const start = world.engine.start.bind(world.engine);
    vi.spyOn(world.engine, 'start').mockImplementationOnce(async (spec, signal) => {
      await start(spec, signal);
      return { ok: false, problem: new OffpeakError('containers.start-failed').toReport() };
    });
    const [operationView] = await run([operation('train')]);
    expect(operationView).toMatchObject({ exitCode: 0, problem: null });
  });

  it('fails the operation when it stays so for minutes', async () => {
    world.engine.startProblems.set('train', problem);
    const [operationView] = await run([operation('train')]);
    expect(operationView).toMatchObject({ state: 'ended', problem: problem.message });
  });
});
