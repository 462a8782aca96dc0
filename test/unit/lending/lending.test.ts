import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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

const networkNow = (): string => world.lending.provider.id;
const sessionOf = (uuid: string) => world.practice.of(uuid).session(world.practice.market);

/** Brings mainnet up once it was turned to, and waits until the card is in its queue. */
async function untilOnMainnet(uuid: string): Promise<void> {
  await until(() => world.mainnet.starts > 0);
  world.mainnet.up();
  await until(() => world.isQueued(uuid, world.mainnet));
}

describe('another network', () => {
  it('is turned to at once where no job is in hand, and the old queue is left first', async () => {
    await world.lend('GPU-1');
    world.choose('mainnet');
    expect(world.lending.isLeaving).toBe(true);
    await untilOnMainnet('GPU-1');
    expect(world.lending.isLeaving).toBe(false);
    expect(world.events).toEqual([
      'practice started',
      'GPU-1 join',
      'GPU-1 leave',
      'GPU-1 left',
      'practice stopped',
      'mainnet started',
      'GPU-1 join',
    ]);
    expect(world.state('GPU-1').address).toBe(world.mainnet.of('GPU-1').host);
  });

  it('waits for the job in hand, which ends and is paid as if nothing were', async () => {
    await world.lend('GPU-1');
    const { run } = await world.work('GPU-1');
    world.choose('mainnet');
    await until(() => true);
    expect([networkNow(), world.lending.isLeaving]).toEqual(['practice', true]);
    expect(world.state('GPU-1')).toMatchObject({ phase: 'working', job: { run } });
    await world.finishWork('GPU-1');
    expect(world.practice.of('GPU-1').jobs.ledger).toMatchObject([{ run, kind: 'finish' }]);
    await untilOnMainnet('GPU-1');
    expect(networkNow()).toBe('mainnet');
  });

  it('keeps the other card out of the queue while the job of the first is waited for', async () => {
    await world.lend('GPU-1', 'GPU-2');
    await world.work('GPU-1');
    world.choose('mainnet');
    await until(() => !world.isQueued('GPU-2'));
    expect(world.state('GPU-2')).toMatchObject({
      phase: 'preparing',
      reason: { code: 'network-changing' },
    });
    expect(networkNow()).toBe('practice');
    await world.finishWork('GPU-1');
    await untilOnMainnet('GPU-2');
    const joins = world.events.filter((event) => event === 'GPU-1 join');
    expect(joins, 'the first joins on practice, then on mainnet').toHaveLength(2);
  });

  it('is given the cards that came while the old one was left', async () => {
    await world.lend('GPU-1');
    sessionOf('GPU-1').leaving = 'when-let';
    world.choose('mainnet');
    await until(() => world.events.includes('GPU-1 leave'));
    world.see('GPU-1', 'GPU-2');
    sessionOf('GPU-1').let();
    await untilOnMainnet('GPU-2');
    expect(world.lending.lenders.list).toHaveLength(2);
    expect(world.practice.starts).toBe(1);
  });

  it('hands back a job that came in the very moment of leaving, rather than lose it', async () => {
    await world.lend('GPU-1');
    sessionOf('GPU-1').leaving = 'when-let';
    world.choose('mainnet');
    await until(() => world.events.includes('GPU-1 leave'));
    const { run } = await world.work('GPU-1');
    sessionOf('GPU-1').let();
    await until(() => world.mainnet.starts > 0);
    expect(world.practice.of('GPU-1').jobs.ledger).toMatchObject([{ run }]);
    expect(world.engine.running()).toEqual([]);
  });
});

describe('a choice that is changed twice', () => {
  it('is forgotten where a job was still waited for', async () => {
    await world.lend('GPU-1', 'GPU-2');
    await world.work('GPU-1');
    world.choose('mainnet');
    await until(() => !world.isQueued('GPU-2'));
    world.choose('practice');
    await until(() => world.isQueued('GPU-2'));
    await world.finishWork('GPU-1');
    await until(() => world.isQueued('GPU-1'));
    expect([networkNow(), world.lending.isLeaving]).toEqual(['practice', false]);
    expect([world.practice.starts, world.mainnet.starts]).toEqual([1, 0]);
  });

  it('ends on the first network, once, where the queue was being left already', async () => {
    await world.lend('GPU-1');
    sessionOf('GPU-1').leaving = 'when-let';
    world.choose('mainnet');
    await until(() => world.events.includes('GPU-1 leave'));
    world.choose('practice');
    expect(world.lending.isLeaving, 'it is on its way').toBe(true);
    sessionOf('GPU-1').let();
    await until(() => world.practice.starts === 2);
    world.practice.up();
    await until(() => world.isQueued('GPU-1'));
    expect([networkNow(), world.lending.isLeaving]).toEqual(['practice', false]);
    expect(world.mainnet.starts).toBe(0);
    expect(world.lending.lenders.list).toHaveLength(1);
  });

  it('goes there and back where the first change was over', async () => {
    await world.lend('GPU-1');
    world.choose('mainnet');
    await untilOnMainnet('GPU-1');
    world.choose('practice');
    await until(() => world.practice.starts === 2);
    world.practice.up();
    await until(() => world.isQueued('GPU-1'));
    expect(world.isQueued('GPU-1', world.mainnet)).toBe(false);
    expect(world.state('GPU-1').address).toBe(world.practice.of('GPU-1').host);
  });

  it('never has both networks up', async () => {
    await world.lend('GPU-1');
    for (const kind of ['mainnet', 'practice', 'mainnet', 'practice', 'mainnet'] as const) {
      world.choose(kind);
    }
    await untilOnMainnet('GPU-1');
    const turns = world.events.filter((event) => /started|stopped/.test(event));
    expect(turns).toEqual(['practice started', 'practice stopped', 'mainnet started']);
  });
});

describe('a stop', () => {
  it('leaves the queue where everything is handed back', async () => {
    await world.lend('GPU-1', 'GPU-2');
    await world.stop({ handBack: true });
    expect([world.isQueued('GPU-1'), world.isQueued('GPU-2')]).toEqual([false, false]);
    expect(world.events.at(-1), 'the network goes last').toBe('practice stopped');
    expect(sessionOf('GPU-1').isWatched).toBe(false);
    expect(world.practice.of('GPU-1').genesis).toBeNull();
  });

  it('ends the job in hand with its pay so far where everything is handed back', async () => {
    await world.lend('GPU-1');
    const { run } = await world.work('GPU-1');
    await world.stop({ handBack: true });
    expect(world.practice.of('GPU-1').jobs.ledger).toMatchObject([{ run, kind: 'finish' }]);
    expect(world.engine.running()).toEqual([]);
    expect(world.events.at(-1)).toBe('practice stopped');
  });

  it('leaves the queue and the job as they are where nothing is handed back', async () => {
    await world.lend('GPU-1', 'GPU-2');
    const { run } = await world.work('GPU-1');
    await world.stop({ handBack: false });
    expect(world.isQueued('GPU-2')).toBe(true);
    expect(world.events).not.toContain('GPU-2 leave');
    expect(world.engine.running()).toHaveLength(1);
    expect(world.practice.of('GPU-1').jobs.ledger).toEqual([]);

    world.restart();
    await world.lend('GPU-2');
    world.see('GPU-1', 'GPU-2');
    await until(() => world.state('GPU-1').job?.run === run);
    await world.finishWork('GPU-1');
    expect(world.practice.of('GPU-1').jobs.landed(run)).toBe(1);
  });

  it('in the middle of a change starts no other network', async () => {
    await world.lend('GPU-1');
    sessionOf('GPU-1').leaving = 'when-let';
    world.choose('mainnet');
    await until(() => world.events.includes('GPU-1 leave'));
    const stopped = world.stop({ handBack: true });
    sessionOf('GPU-1').let();
    await stopped;
    expect(world.mainnet.starts).toBe(0);
    expect(world.events.at(-1)).toBe('practice stopped');
  });

  it('takes no card and no job afterwards', async () => {
    await world.lend('GPU-1');
    await world.stop({ handBack: true });
    const before = world.events.length;
    world.see('GPU-1', 'GPU-2');
    world.lending.check();
    await until(() => true);
    expect(world.lending.lenders.list).toHaveLength(1);
    expect(world.events).toHaveLength(before);
  });
});

describe('a leave to which no server answers', () => {
  /** Deadlines of the leave, which a test lets pass; they are no timers that it could stop. */
  function holdDeadlines(): { readonly ms: number[]; pass(): void } {
    const ms: number[] = [];
    const controllers: AbortController[] = [];
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((timeoutMs) => {
      const controller = new AbortController();
      ms.push(timeoutMs);
      controllers.push(controller);
      return controller.signal;
    });
    return { ms, pass: () => controllers.forEach((one) => one.abort()) };
  }

  afterEach(() => void vi.restoreAllMocks());

  it.each(['when-let', 'never'] as const)(
    'keeps the host from stopping for ten seconds at most (it answers %s)',
    async (leaving) => {
      await world.lend('GPU-1', 'GPU-2');
      sessionOf('GPU-1').leaving = leaving;
      const deadlines = holdDeadlines();
      let isStopped = false;
      const stopped = world.stop({ handBack: true }).then(() => (isStopped = true));
      // The other card is not held up by it.
      await until(() => world.events.includes('GPU-2 left'));
      expect(isStopped).toBe(false);
      expect(Math.max(...deadlines.ms)).toBeLessThanOrEqual(10_000);
      deadlines.pass();
      await stopped;
      expect(world.events.at(-1)).toBe('practice stopped');
    },
  );

  it('keeps the host from another network no longer than that', async () => {
    await world.lend('GPU-1');
    sessionOf('GPU-1').leaving = 'never';
    const deadlines = holdDeadlines();
    world.choose('mainnet');
    await until(() => world.events.includes('GPU-1 leave'));
    deadlines.pass();
    await untilOnMainnet('GPU-1');
    expect(networkNow()).toBe('mainnet');
  });
});
