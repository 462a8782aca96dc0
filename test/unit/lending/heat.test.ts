import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stopTime, until } from '../../fakes/jobs/time.ts';
import { LendingWorld } from '../../fakes/lending/lending-world.ts';

let world: LendingWorld;

beforeEach(() => {
  stopTime();
  world = new LendingWorld();
});
afterEach(async () => {
  await world.end();
  vi.useRealTimers();
});

const HEAT = { temperatureC: 91, limitC: 85, resumeC: 75, resumesInMs: null };

function becomesHot(uuid: string): void {
  world.hot.set(uuid, HEAT);
  world.lending.check();
}

function coolsDown(uuid: string): void {
  world.hot.delete(uuid);
  world.lending.check();
}

describe('a card that is too hot', () => {
  it('leaves the queue, says why, and is back when it has cooled', async () => {
    await world.lend('GPU-1', 'GPU-2');
    becomesHot('GPU-1');
    await until(() => !world.isQueued('GPU-1'));
    expect(world.state('GPU-1')).toMatchObject({ phase: 'paused', reason: { code: 'cooling' } });
    expect(world.state('GPU-2').phase).toBe('available');
    coolsDown('GPU-1');
    await until(() => world.isQueued('GPU-1'));
    expect(world.state('GPU-1').phase).toBe('available');
  });

  it('hands its job back, which is paid for what it did, and takes no other', async () => {
    await world.lend('GPU-1', 'GPU-2');
    const { run } = await world.work('GPU-1');
    becomesHot('GPU-1');
    await until(() => world.closed > 0);
    expect(world.practice.of('GPU-1').jobs.ledger).toMatchObject([{ run, kind: 'finish' }]);
    expect(world.state('GPU-1')).toMatchObject({ phase: 'paused', job: null });
    expect(world.isQueued('GPU-1')).toBe(false);
    coolsDown('GPU-1');
    await world.work('GPU-1');
    expect(world.state('GPU-1').phase).toBe('working');
  });

  it('hands back what a crash left running', async () => {
    await world.lend('GPU-1');
    const { run } = await world.work('GPU-1');
    await world.stop({ handBack: false });
    world.hot.set('GPU-1', HEAT);
    const closed = world.closed;
    world.restart();
    world.see('GPU-1');
    world.lending.start();
    world.practice.up();
    await until(() => world.closed > closed);
    expect(world.practice.of('GPU-1').jobs.ledger).toMatchObject([{ run, kind: 'finish' }]);
  });

  it('is still not lent when the owner takes it back and lends it again', async () => {
    await world.lend('GPU-1');
    becomesHot('GPU-1');
    await until(() => !world.isQueued('GPU-1'));
    world.isLent = false;
    world.lending.lenders.lend(false);
    expect(world.state('GPU-1').reason.code).not.toBe('cooling');
    world.isLent = true;
    world.lending.lenders.lend(true);
    await until(() => world.state('GPU-1').reason.code === 'cooling');
    expect(world.isQueued('GPU-1')).toBe(false);
  });
});

describe('a card that is measured', () => {
  it('leaves the queue, and is back after that', async () => {
    await world.lend('GPU-1', 'GPU-2');
    world.measured.add('GPU-1');
    world.lending.check();
    await until(() => !world.isQueued('GPU-1'));
    expect(world.state('GPU-1')).toMatchObject({ phase: 'paused', reason: { code: 'measuring' } });
    expect(world.state('GPU-2').phase).toBe('available');
    world.measured.delete('GPU-1');
    world.lending.check();
    await until(() => world.isQueued('GPU-1'));
  });

  it('keeps a job that was on its way', async () => {
    await world.lend('GPU-1');
    await world.work('GPU-1');
    world.measured.add('GPU-1');
    world.lending.check();
    expect(world.lending.lenders.isWorking('GPU-1')).toBe(true);
    expect(world.lending.lenders.isWorking('GPU-2')).toBe(false);
    expect(world.state('GPU-1').phase).toBe('working');
  });
});
