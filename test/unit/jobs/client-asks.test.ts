import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OffpeakError } from '../../../app/contract/errors.ts';
import type { OperationView } from '../../../app/contract/job.ts';
import type { AskAnswer, OperationAsk } from '../../../app/jobs/door-ports.ts';
import type { Offer } from '../../../app/jobs/ports.ts';
import { job, oneOperation, operation } from '../../fakes/jobs/definitions.ts';
import { pass, stopTime, until } from '../../fakes/jobs/time.ts';
import { World } from '../../fakes/jobs/world.ts';

let world: World;
let offer: Offer;

beforeEach(() => {
  stopTime();
  world = new World();
});
afterEach(async () => {
  await world.end();
  vi.useRealTimers();
});

const service = { lines: [{ text: 'up' }], runMs: 'until-stopped' } as const;
const together = { group: 'all' };

function take(definition: object): void {
  offer = world.network.assign(definition);
  world.room.take(offer);
}

function ask(what: OperationAsk['what'], group: string, operation: string | null): AskAnswer {
  return world.room.door.ask(offer.job, { what, group, operation });
}

const calls = (call: string): number => world.engine.calls.filter((one) => one === call).length;
const current = (id: string): OperationView | undefined =>
  world.room.current()?.operations.find((one) => one.id === id);
const kept = (id: string): OperationView | undefined =>
  world.history.get(offer.run).operations.find((one) => one.id === id);
const runs = (...ids: string[]): Promise<void> =>
  until(() => ids.every((id) => current(id)?.state === 'running'));

describe('a client that restarts an operation', () => {
  it('gets a new run of the same container, with all of its log', async () => {
    world.engine.scripts.set('train', { ...service, restarts: [{ lines: [{ text: 'again' }] }] });
    take(oneOperation());
    await runs('train');
    await pass(1000);
    expect(ask('restart', 'train', 'train')).toBe('noted');
    await until(() => current('train')?.restarts === 1 && world.engine.running().length > 0);
    await pass(3000);
    expect(calls('start train')).toBe(1);
    expect(calls('stop train 5000')).toBe(1);
    expect(calls('restart train')).toBe(1);
    expect(await world.printed(offer.run, 'train')).toEqual(['up', 'again']);
  });

  it('is not kept waiting by the pause of a restart policy, and sets its tries back', async () => {
    const failing = { lines: [], runMs: 100, exitCode: 1 };
    world.engine.scripts.set('train', failing);
    take(oneOperation({ restart_policy: { policy: 'on-failure', restart_tries: 8 } }));
    await until(() => current('train')?.restarts === 7 && world.engine.running().length === 0);
    expect(ask('restart', 'train', 'train')).toBe('noted');
    await until(() => world.engine.running().length > 0, 10);
    expect(current('train')?.restarts).toBe(8);
    await world.untilClosed();
    // Seven tries, the client's own restart, and eight new tries.
    expect(kept('train')).toMatchObject({ restarts: 16, exitCode: 1 });
  });

  it('can have one run again that has ended, while others of its group go on', async () => {
    world.engine.scripts.set('prepare', { exitCode: 3, restarts: [{ exitCode: 0 }] });
    world.engine.scripts.set('serve', service);
    take(job([operation('prepare', {}, together), operation('serve', {}, together)]));
    await until(() => current('prepare')?.state === 'ended');
    expect(ask('restart', 'all', 'prepare')).toBe('noted');
    expect(current('prepare')?.state).toBe('running');
    await until(() => current('prepare')?.state === 'ended');
    expect(current('prepare')).toMatchObject({ exitCode: 0, restarts: 1 });
    expect(world.engine.started.get('prepare')?.size).toBe(1);
  });

  it('restarts a whole group, but nothing in it that has not begun', async () => {
    for (const id of ['one', 'two']) world.engine.scripts.set(id, service);
    const lazy = { group: 'all', depends_on: ['two'] };
    const check = {
      type: 'http',
      path: '/',
      method: 'GET',
      expected_status: 200,
      continuous: true,
    };
    const expose = { port: 80, health_checks: [check] };
    take(
      job([
        operation('one', {}, together),
        operation('two', { expose }, together),
        operation('late', {}, lazy),
      ]),
    );
    await runs('one', 'two');
    expect(ask('restart', 'all', null)).toBe('noted');
    await until(() => current('one')?.restarts === 1 && current('two')?.restarts === 1);
    expect(current('late')).toMatchObject({ state: 'waiting', restarts: 0 });
    expect(ask('restart', 'all', 'late')).toBe('not-now');
  });

  it('finds the engine away, and gets the restart when it is back', async () => {
    world.engine.scripts.set('train', { ...service, restarts: [{ lines: [{ text: 'again' }] }] });
    take(oneOperation());
    await runs('train');
    world.engine.loseEngine();
    expect(ask('restart', 'train', 'train')).toBe('noted');
    await pass(30_000);
    expect(current('train')).toMatchObject({ state: 'running', restarts: 0 });
    world.engine.bringEngineBack();
    await until(() => current('train')?.restarts === 1 && world.engine.running().length > 0);
    expect(current('train')?.problem).toBeNull();
  });

  it('is told that nothing was noted when the journal cannot be written', async () => {
    world.engine.scripts.set('train', service);
    take(oneOperation());
    await runs('train');
    world.databaseFull = true;
    expect(() => ask('restart', 'train', 'train')).toThrow(OffpeakError);
    world.databaseFull = false;
    await pass(10_000);
    expect(calls('restart train')).toBe(0);
    expect(current('train')?.state).toBe('running');
  });
});

describe('a client that stops an operation', () => {
  it('ends it for good, whatever its restart policy says', async () => {
    world.engine.scripts.set('train', service);
    world.engine.scripts.set('serve', service);
    const always = { restart_policy: 'always' };
    take(job([operation('train', always, together), operation('serve', {}, together)]));
    await runs('train', 'serve');
    expect(ask('stop', 'all', 'train')).toBe('noted');
    await until(() => current('train')?.state === 'ended');
    await pass(120_000);
    expect(current('train')).toMatchObject({ state: 'ended', restarts: 0, problem: null });
    expect(world.engine.running()).toEqual(['serve']);
  });

  it('also when it asked for a restart just before', async () => {
    world.engine.scripts.set('train', { ...service, deaf: true });
    take(oneOperation());
    await runs('train');
    ask('restart', 'train', 'train');
    expect(ask('stop', 'train', 'train')).toBe('noted');
    expect(ask('stop', 'train', 'train')).toBe('not-now');
    expect(ask('restart', 'train', 'train')).toBe('not-now');
    await world.untilClosed();
    expect(calls('restart train')).toBe(0);
    expect(world.lastClosed().summary).toMatchObject({ outcome: 'paid', status: 'success' });
    expect(world.network.result(offer.run)).toMatchObject({
      opStates: [
        {
          status: 'stopped',
          exitCode: 137,
          diagnostics: { reason: { jobStopped: true, jobExpired: false, hostShutDown: false } },
        },
      ],
    });
  });

  it('stops what depends on it and asked for that, and lets the next group begin', async () => {
    for (const id of ['db', 'watch', 'next']) world.engine.scripts.set(id, service);
    const dependent = { group: 'all', depends_on: ['db'], stop_if_dependent_stops: true };
    take(
      job([operation('db', {}, together), operation('watch', {}, dependent), operation('next')]),
    );
    await runs('db', 'watch');
    ask('stop', 'all', 'db');
    await runs('next');
    expect(world.engine.running()).toEqual(['next']);
  });

  it('keeps from starting what still waits for its turn in the group', async () => {
    world.engine.pulls.set('images/train:1', { hangs: true });
    take(job([operation('train'), operation('after')]));
    await until(() => calls('ensureImage images/train:1') > 0);
    expect(ask('stop', 'after', 'after')).toBe('not-now');
    expect(ask('stop', 'train', 'train')).toBe('noted');
    expect(current('train')).toMatchObject({ state: 'skipped' });
  });

  it('can stop one whose container is just starting', async () => {
    world.engine.startProblems.set('train', new OffpeakError('containers.engine-lost').toReport());
    take(oneOperation());
    await until(() => calls('start train') > 0);
    expect(ask('restart', 'train', 'train')).toBe('not-now');
    expect(ask('stop', 'train', 'train')).toBe('noted');
    await world.untilClosed();
    expect(kept('train')).toMatchObject({ state: 'ended', exitCode: null, problem: null });
  });
});

describe('a client that asks for what cannot be', () => {
  it('hears of jobs, groups and operations that are not there', async () => {
    world.engine.scripts.set('train', service);
    take(oneOperation());
    await runs('train');
    expect(ask('stop', 'train', 'other')).toBe('unknown');
    expect(ask('stop', 'other', 'train')).toBe('unknown');
    const wrong = { what: 'stop', group: 'train', operation: 'train' } as const;
    expect(world.room.door.ask(offer.run, wrong)).toBe('unknown');
    expect(world.room.door.stop(offer.run)).toBe('unknown');
  });

  it('changes neither a group that is over nor one that has not begun', async () => {
    world.engine.scripts.set('two', service);
    take(job([operation('one'), operation('two'), operation('three')]));
    await runs('two');
    for (const what of ['restart', 'stop'] as const) {
      expect(ask(what, 'one', 'one')).toBe('not-now');
      expect(ask(what, 'three', null)).toBe('not-now');
    }
    expect(ask('stop', 'two', null)).toBe('noted');
  });

  it('changes nothing of a job that is ending', async () => {
    world.engine.scripts.set('train', { ...service, deaf: true });
    take(oneOperation());
    await runs('train');
    world.room.handBack('Mine.');
    expect(ask('restart', 'train', 'train')).toBe('not-now');
    expect(ask('stop', 'train', 'train')).toBe('not-now');
    expect(world.room.door.stop(offer.job)).toBe('not-now');
    await world.untilClosed();
    expect(world.lastClosed().summary.outcome).toBe('handed-back');
  });
});

describe('a client that stops its job', () => {
  it('pays for the part done and gets its result', async () => {
    world.engine.scripts.set('train', service);
    take(job([operation('train'), operation('after')]));
    await runs('train');
    await pass(60_000);
    expect(world.room.door.stop(offer.job)).toBe('noted');
    await world.untilClosed();
    const { summary, receipt } = world.lastClosed();
    expect(summary).toMatchObject({ outcome: 'ended-by-client', status: 'stopped' });
    expect(receipt?.paidSeconds).toBeLessThan(90);
    expect(world.network.ledger.map(({ kind }) => kind)).toEqual(['finish']);
    expect(world.network.result(offer.run)).toMatchObject({
      status: 'stopped',
      opStates: [{ status: 'stopped', logs: [{ log: 'up' }] }, { status: 'stopped' }],
    });
    expect(kept('after')).toMatchObject({ state: 'skipped' });
  });

  it('cannot do so before it was accepted: leaving it would send it to the next host', async () => {
    world.network.fail('fetchDocument', 5, 'network.rpc-unreachable');
    take(oneOperation());
    expect(world.room.door.stop(offer.job)).toBe('not-now');
    await world.untilClosed();
    expect(world.lastClosed().summary.outcome).toBe('paid');
  });
});
