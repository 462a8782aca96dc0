import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Stage } from '../../../app/contract/job.ts';
import { job, oneOperation, operation } from '../../fakes/jobs/definitions.ts';
import { stopTime, until } from '../../fakes/jobs/time.ts';
import { World } from '../../fakes/jobs/world.ts';

const REASON = 'The owner took the card back.';

let world: World;

beforeEach(() => {
  stopTime();
  world = new World();
  world.engine.scripts.set('train', { lines: [{ text: 'so far' }], runMs: 'until-stopped' });
});
afterEach(async () => {
  await world.end();
  vi.useRealTimers();
});

/** Hands back as soon as the run is in this stage. */
function handBackIn(stage: Stage): void {
  let isDone = false;
  world.room.onChange(() => {
    if (isDone || world.room.current()?.stage !== stage) return;
    isDone = true;
    world.room.handBack(REASON);
  });
}

describe('handing back', () => {
  it('does nothing when no job is in hand', () => {
    world.room.handBack(REASON);
    expect(world.room.current()).toBeNull();
  });

  it('leaves a job unpaid when nothing of it was done yet', async () => {
    const offer = world.network.assign(oneOperation());
    world.room.take(offer);
    world.room.handBack(REASON);
    await world.untilClosed();
    expect(world.lastClosed().summary.outcome).toBe('refused');
    expect(world.network.ledger.map(({ kind }) => kind)).toEqual(['quit']);
    expect(world.history.get(offer.run).timeline[1]?.detail).toContain(REASON);
  });

  it('ends a download, and is paid for the time until then', async () => {
    world.engine.pulls.set('images/train:1', { hangs: true });
    const offer = world.network.assign(oneOperation());
    world.room.take(offer);
    await until(() => world.room.current()?.operations[0]?.state === 'pulling');
    world.room.handBack(REASON);
    await world.untilClosed();
    expect(world.lastClosed().summary).toMatchObject({ outcome: 'handed-back', status: 'stopped' });
    expect(world.history.get(offer.run).operations[0]).toMatchObject({ state: 'skipped' });
    expect(world.engine.specs).toEqual([]);
    expect(world.network.landed(offer.run)).toBe(1);
  });

  it('stops what runs within seconds, even a program that does not want to', async () => {
    world.engine.scripts.set('train', {
      lines: [{ text: 'so far' }],
      runMs: 'until-stopped',
      deaf: true,
    });
    const offer = world.network.assign(job([operation('train'), operation('never')]));
    world.room.take(offer);
    await until(() => world.engine.running().length > 0);
    const askedAt = Date.now();
    world.room.handBack(REASON);
    expect(world.room.current()?.handingBack).toBe(true);
    await until(() => world.engine.running().length === 0);
    expect(Date.now() - askedAt).toBeLessThanOrEqual(6000);
    await world.untilClosed();
    expect(world.lastClosed().summary).toMatchObject({ outcome: 'handed-back', status: 'stopped' });
    expect(world.network.result(offer.run)).toMatchObject({
      status: 'stopped',
      opStates: [
        {
          status: 'stopped',
          logs: [{ log: 'so far' }],
          diagnostics: { reason: { hostShutDown: true, reason: REASON } },
        },
        { operationId: 'never', status: 'stopped', logs: [] },
      ],
    });
  });

  it.each(['storing', 'settling'] as const)(
    'changes nothing about a job that is already done (%s)',
    async (stage) => {
      world.engine.scripts.set('train', { runMs: 1000 });
      handBackIn(stage);
      const offer = world.network.assign(oneOperation());
      await world.runToEnd(offer);
      expect(world.lastClosed().summary).toMatchObject({ outcome: 'paid', status: 'success' });
      expect(world.network.landed(offer.run)).toBe(1);
    },
  );

  it.each(['judging', 'running'] as const)('is possible in the stage "%s"', async (stage) => {
    handBackIn(stage);
    const offer = world.network.assign(oneOperation());
    await world.runToEnd(offer);
    const expected = stage === 'judging' ? 'refused' : 'handed-back';
    expect(world.lastClosed().summary.outcome).toBe(expected);
    expect(world.network.landed(offer.run)).toBe(1);
    expect(world.engine.existing()).toEqual([]);
  });

  it('ends as the client’s end when the client was faster', async () => {
    world.network.pushes = false;
    const offer = world.network.assign(oneOperation());
    world.room.take(offer);
    await until(() => world.engine.running().length > 0);
    world.network.endByClient(offer.run);
    world.room.handBack(REASON);
    await world.untilClosed();
    expect(world.lastClosed().summary.outcome).toBe('ended-by-client');
    expect(world.network.ledger.map(({ kind }) => kind)).toEqual(['complete']);
  });

  it('is done even when the step cannot be written at first', async () => {
    const offer = world.network.assign(oneOperation());
    world.room.take(offer);
    await until(() => world.engine.running().length > 0);
    world.databaseFull = true;
    world.room.handBack(REASON);
    await until(() => world.room.obstacle() !== null);
    world.databaseFull = false;
    await world.untilClosed();
    expect(world.lastClosed().summary.outcome).toBe('handed-back');
  });
});

describe('stopping the host', () => {
  it('leaves containers running, and the next start adopts them', async () => {
    const offer = world.network.assign(oneOperation());
    world.room.take(offer);
    await until(() => (world.room.current()?.logBytes ?? 0) > 0);
    await world.room.stop();
    expect(world.engine.running()).toEqual(['train']);
    world.engine.print('train', 'while nobody was there');
    world.start().recover();
    await until(() => world.room.current()?.stage === 'running');
    world.engine.print('train', 'after');
    world.engine.exit('train', 0);
    await world.untilClosed();
    expect(world.lastClosed().summary).toMatchObject({ outcome: 'paid', status: 'success' });
    expect(await world.printed(offer.run, 'train')).toEqual([
      'so far',
      'while nobody was there',
      'after',
    ]);
    expect(world.engine.started.get('train')?.size).toBe(1);
  });

  it('hands back first when asked, and waits for the receipt', async () => {
    const offer = world.network.assign(oneOperation());
    world.room.take(offer);
    await until(() => world.engine.running().length > 0);
    let isStopped = false;
    const stopped = world.room.stop({ reason: REASON, patienceMs: 3_600_000 });
    void stopped.then(() => (isStopped = true));
    await until(() => isStopped);
    expect(world.lastClosed().summary.outcome).toBe('handed-back');
    expect(world.network.landed(offer.run)).toBe(1);
  });

  it('does not wait for ever for a network that is down: the next start settles', async () => {
    const offer = world.network.assign(oneOperation());
    world.room.take(offer);
    await until(() => world.engine.running().length > 0);
    world.failNetwork(10_000);
    let isStopped = false;
    const stopped = world.room.stop({ reason: REASON, patienceMs: 30_000 });
    void stopped.then(() => (isStopped = true));
    await until(() => isStopped);
    expect(world.closed).toEqual([]);
    expect(world.engine.running()).toEqual([]);
    world.failNetwork(0);
    world.start().recover();
    await world.untilClosed();
    expect(world.lastClosed().summary.outcome).toBe('handed-back');
    expect(world.network.landed(offer.run)).toBe(1);
  });
});
