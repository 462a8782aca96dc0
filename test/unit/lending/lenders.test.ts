import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { problemOf } from '../../fakes/lending/card-network.ts';
import { LendingWorld } from '../../fakes/lending/lending-world.ts';
import { stopTime, until } from '../../fakes/jobs/time.ts';

let world: LendingWorld;

beforeEach(() => {
  stopTime();
  world = new LendingWorld();
});
afterEach(async () => {
  await world.end();
  vi.useRealTimers();
});

describe('two cards in one computer', () => {
  it('are two identities, each with a key and a place in the queue of its own', async () => {
    await world.lend('GPU-1', 'GPU-2');
    const { states } = world.lending.lenders;
    expect(states.map((state) => [state.card, state.phase])).toEqual([
      ['GPU-1', 'available'],
      ['GPU-2', 'available'],
    ]);
    const addresses = states.map(({ address }) => address);
    expect(addresses).toEqual([world.practice.of('GPU-1').host, world.practice.of('GPU-2').host]);
    expect(new Set(addresses).size).toBe(2);
  });

  it('work each under its own key: a job of one is nothing to the other', async () => {
    await world.lend('GPU-1', 'GPU-2');
    const { run } = await world.work('GPU-2');
    expect(world.state('GPU-2')).toMatchObject({ phase: 'working', job: { run }, queue: null });
    expect(world.state('GPU-1')).toMatchObject({ phase: 'available', job: null });
    expect(world.engine.specs.map(({ cards }) => cards)).toEqual([['GPU-2']]);
    await world.finishWork('GPU-2');
    expect(world.practice.of('GPU-2').jobs.landed(run)).toBe(1);
    expect(world.practice.of('GPU-1').jobs.ledger).toEqual([]);
  });

  it('do not get a second key for being told of twice at once', async () => {
    world.see('GPU-1');
    world.see('GPU-1');
    await world.lend('GPU-1');
    world.see('GPU-1');
    world.lending.lenders.lookAgain();
    await until(() => true);
    expect(world.practice.mostAtOnce).toBe(1);
    expect(world.lending.lenders.list).toHaveLength(1);
    expect(world.events.filter((event) => event === 'GPU-1 join')).toHaveLength(1);
  });
});

describe('a card that comes or goes', () => {
  it('gets its own identity while the other works on', async () => {
    await world.lend('GPU-1');
    const { run } = await world.work('GPU-1');
    world.see('GPU-1', 'GPU-2');
    await until(() => world.isQueued('GPU-2'));
    expect(world.state('GPU-1').job?.run).toBe(run);
    expect(world.engine.running()).toHaveLength(1);
    await world.finishWork('GPU-1');
    expect(world.practice.of('GPU-1').jobs.landed(run)).toBe(1);
  });

  it('leaves the queue and says so, while the other works on', async () => {
    await world.lend('GPU-1', 'GPU-2');
    const { run } = await world.work('GPU-1');
    world.see('GPU-1');
    await until(() => !world.isQueued('GPU-2'));
    expect(world.state('GPU-2')).toMatchObject({
      phase: 'waiting',
      reason: { code: 'card-gone' },
    });
    expect(world.state('GPU-1')).toMatchObject({ phase: 'working', job: { run } });
  });

  it('lends again under its old key when it is back', async () => {
    await world.lend('GPU-1', 'GPU-2');
    const { address } = world.state('GPU-2');
    world.see('GPU-1');
    await until(() => !world.isQueued('GPU-2'));
    world.see('GPU-2', 'GPU-1');
    await until(() => world.isQueued('GPU-2'));
    expect(world.state('GPU-2').address).toBe(address);
    expect(world.lending.lenders.list).toHaveLength(2);
  });

  it('has its last run settled after a restart, though it was taken out', async () => {
    await world.lend('GPU-1', 'GPU-2');
    const { run } = await world.work('GPU-2');
    await world.stop({ handBack: false });
    expect(world.practice.of('GPU-2').jobs.ledger).toEqual([]);
    world.restart();
    await world.lend('GPU-1');
    await until(() => world.state('GPU-2').job?.run === run);
    await world.finishWork('GPU-2');
    expect(world.practice.of('GPU-2').jobs.landed(run)).toBe(1);
    expect(world.isQueued('GPU-2')).toBe(false);
  });

  it('lends under one key alone when the owner gives it another', async () => {
    await world.lend('GPU-1');
    const former = world.practice.of('GPU-1');
    const next = world.practice.rekey('GPU-1');
    world.lending.lenders.lookAgain();
    await until(() => world.isQueued('GPU-1'));
    await until(() => !former.session(world.practice.market).isQueued);
    expect(world.lending.lenders.find(next.host).state().phase).toBe('available');
    expect(world.lending.lenders.find(former.host).state().phase).toBe('waiting');
  });
});

describe('where the network is away', () => {
  it('for one identity alone, that one says so while the other lends', async () => {
    world.practice.of('GPU-1').trouble = 'network.rpc-unreachable';
    world.see('GPU-1', 'GPU-2');
    world.lending.start();
    world.practice.up();
    await until(() => world.isQueued('GPU-2'));
    expect(world.state('GPU-1')).toMatchObject({
      phase: 'waiting',
      reason: { code: 'network.rpc-unreachable' },
      queue: null,
    });
    expect(world.state('GPU-2').phase).toBe('available');
    expect(world.lending.lenders.connection).toMatchObject({
      connected: true,
      problem: { code: 'network.rpc-unreachable' },
    });
  });

  it('for all, every identity says so, and one that comes then does as well', async () => {
    await world.lend('GPU-1');
    world.practice.down(problemOf('practice.stopped'));
    world.see('GPU-1', 'GPU-2');
    await until(() => world.lending.lenders.list.length === 2);
    for (const { reason, queue } of world.lending.lenders.states) {
      expect(reason.code).toBe('practice.stopped');
      expect(queue).toBeNull();
    }
    expect(world.lending.lenders.connection.connected).toBe(false);
    world.practice.up();
    await until(() => world.isQueued('GPU-2'));
    expect(world.state('GPU-1').phase).toBe('available');
    expect(world.lending.lenders.connection).toEqual({ connected: true, problem: null });
  });

  it('a run in hand goes on', async () => {
    await world.lend('GPU-1');
    const { run } = await world.work('GPU-1');
    world.practice.down(problemOf('practice.stopped'));
    expect(world.state('GPU-1')).toMatchObject({ phase: 'working', job: { run } });
    world.practice.up();
    await world.finishWork('GPU-1');
    expect(world.practice.of('GPU-1').jobs.landed(run)).toBe(1);
  });
});

describe('other servers', () => {
  it('that are set twice at once are used one after the other, never both', async () => {
    await world.lend('GPU-1');
    const before = world.events.length;
    const { lenders } = world.lending;
    await Promise.all([lenders.reach(), lenders.reach()]);
    const ends = world.events.slice(before).filter((event) => /st(opp|art)ed$/.test(event));
    expect(ends).toEqual(Array(2).fill(['practice stopped', 'practice started']).flat());
  });
});

describe('identities without their keys', () => {
  it('are none, with the reason, until the keys are opened', async () => {
    world.practice.locked = 'wallet.locked';
    world.see('GPU-1');
    world.lending.start();
    world.practice.up();
    await until(() => world.lending.lenders.problem !== null);
    expect(world.lending.lenders.problem?.code).toBe('wallet.locked');
    expect(() => world.lending.lenders.find(null)).toThrow('Your keys are locked.');
    world.practice.locked = null;
    world.lending.lenders.lookAgain();
    await until(() => world.isQueued('GPU-1'));
    expect(world.lending.lenders.problem).toBeNull();
  });

  it('stay at work when the keys are locked later', async () => {
    await world.lend('GPU-1');
    const { run } = await world.work('GPU-1');
    world.practice.locked = 'wallet.locked';
    world.lending.lenders.lookAgain();
    await until(() => world.lending.lenders.problem !== null);
    expect(world.state('GPU-1').job?.run).toBe(run);
  });
});

describe('which identity is asked', () => {
  it('is the one of the address, or the leading one', async () => {
    await world.lend('GPU-1', 'GPU-2');
    await world.work('GPU-2');
    const { lenders } = world.lending;
    expect(lenders.find(null).card).toBe('GPU-2');
    expect(lenders.find(world.practice.of('GPU-1').host).card).toBe('GPU-1');
    expect(() => lenders.find('Somebody')).toThrow(
      expect.objectContaining({ code: 'wallet.unknown-address' }),
    );
  });
});
