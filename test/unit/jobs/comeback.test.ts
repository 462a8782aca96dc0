import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Offer } from '../../../app/jobs/ports.ts';
import { job, oneOperation, operation } from '../../fakes/jobs/definitions.ts';
import { pass, stopTime, until } from '../../fakes/jobs/time.ts';
import { World } from '../../fakes/jobs/world.ts';

let world: World;
let offer: Offer;

beforeEach(async () => {
  stopTime();
  world = new World();
  world.engine.scripts.set('train', { lines: [{ text: 'up' }], runMs: 'until-stopped' });
  offer = world.network.assign(oneOperation(), { timeoutSeconds: 600 });
  world.room.take(offer);
  await until(() => (world.room.current()?.logBytes ?? 0) > 0);
  await world.room.stop();
});
afterEach(async () => {
  await world.end();
  vi.useRealTimers();
});

describe('a host that comes back while its job', () => {
  it('still runs, goes on with it', async () => {
    world.start().recover();
    await pass(60_000);
    expect(world.room.current()?.stage).toBe('running');
    world.engine.exit('train', 0);
    await world.untilClosed();
    expect(world.lastClosed().summary).toMatchObject({ outcome: 'paid', status: 'success' });
  });

  it('has ended meanwhile, takes its end and its log', async () => {
    world.engine.print('train', 'bye');
    world.engine.exit('train', 3);
    world.start().recover();
    await world.untilClosed();
    expect(world.lastClosed().summary).toMatchObject({ outcome: 'paid', status: 'failed' });
    expect(world.history.get(offer.run).operations[0]?.exitCode).toBe(3);
    expect(await world.printed(offer.run, 'train')).toEqual(['up', 'bye']);
  });

  it.each([
    ['as the kernel kills', 137],
    ['as the engine notes it after a power cut', 255],
  ])('has died with the computer (%s), is settled with what it has', async (_what, exitCode) => {
    world.engine.print('train', 'last words');
    world.engine.exit('train', exitCode);
    await pass(120_000);
    world.start().recover();
    await world.untilClosed();
    expect(world.lastClosed()).toMatchObject({
      summary: { outcome: 'paid', status: 'failed' },
      receipt: { resultCid: world.network.ledger[0]?.resultCid },
    });
    expect(world.history.get(offer.run).operations[0]).toMatchObject({ exitCode, restarts: 0 });
    expect(world.history.get(offer.run).operations[0]?.problem).toContain(String(exitCode));
    expect(world.network.result(offer.run)).toMatchObject({
      status: 'failed',
      opStates: [{ exitCode, logs: [{ log: 'up' }, { log: 'last words' }] }],
    });
    expect(world.engine.calls).not.toContain('restart train');
  });

  it('has lost its container, says so honestly and never runs it again', async () => {
    world.engine.vanish('train');
    world.start().recover();
    await world.untilClosed();
    expect(world.lastClosed().summary).toMatchObject({ outcome: 'paid', status: 'failed' });
    expect(world.history.get(offer.run).operations[0]?.problem).toBe(
      'Its container was gone when Offpeak came back.',
    );
    expect(world.engine.started.get('train')?.size).toBe(1);
  });

  it('has run out of time, stops it and settles', async () => {
    await pass(700_000);
    world.start().recover();
    await world.untilClosed();
    expect(world.lastClosed().receipt).toMatchObject({ paidSeconds: 600 });
    expect(world.engine.existing()).toEqual([]);
  });

  it('was extended meanwhile, goes on until the new time', async () => {
    world.network.extend(offer.run, 6000);
    await pass(700_000);
    world.start().recover();
    await pass(60_000);
    expect(world.engine.running()).toEqual(['train']);
    expect(world.room.current()?.expiresAt).toBe(offer.assignedAt + 6_600_000);
  });

  it('was ended by its client, stops it before anything else is started', async () => {
    world.network.endByClient(offer.run);
    world.start().recover();
    await world.untilClosed();
    expect(world.lastClosed().summary.outcome).toBe('ended-by-client');
    expect(world.engine.existing()).toEqual([]);
  });

  it('is gone from the chain, stops it and closes it as lost', async () => {
    world.network.drop(offer.run);
    world.start().recover();
    await world.untilClosed();
    expect(world.lastClosed().summary.outcome).toBe('lost');
    expect(world.network.ledger).toEqual([]);
  });

  it('belongs to a chain that was replaced, closes it as lost', async () => {
    world.network.replaceChain('AnotherGenesis');
    world.start().recover();
    await world.untilClosed();
    expect(world.lastClosed().summary.outcome).toBe('lost');
    expect(world.engine.existing()).toEqual([]);
  });

  it('cannot be asked about, lets it run on and asks again', async () => {
    world.network.fail('readAssignment', 5);
    world.start().recover();
    await until(() => world.room.obstacle() !== null);
    expect(world.room.obstacle()).toMatchObject({ problem: { code: 'network.rpc-unreachable' } });
    expect(world.engine.running()).toEqual(['train']);
    await pass(120_000);
    expect(world.room.obstacle()).toBeNull();
  });

  it('waits for an engine that is not up yet, then goes on', async () => {
    world.engine.loseEngine();
    world.start().recover();
    await until(() => world.room.obstacle() !== null);
    world.engine.bringEngineBack();
    world.engine.exit('train', 0);
    await world.untilClosed();
    expect(world.lastClosed().summary.status).toBe('success');
  });
});

describe('an owner who wants the card back', () => {
  it('does not wait long for an engine that is away', async () => {
    world.engine.loseEngine();
    world.start().recover();
    await until(() => world.room.obstacle() !== null);
    world.room.handBack('The owner took the card back.');
    await until(() => world.network.landed(offer.run) === 1);
    world.engine.bringEngineBack();
    await world.untilClosed();
    // Waiting as long as for an engine that starts up would have used up all of the job's time.
    expect(world.lastClosed().receipt?.paidSeconds).toBeLessThan(600);
    expect(world.lastClosed().summary.outcome).toBe('handed-back');
    expect(world.engine.existing()).toEqual([]);
  });
});

describe('a host that comes back to several open runs', () => {
  it('brings each to its end, one after the other', async () => {
    const second = world.network.assign(job([operation('other')]));
    world.rememberOffer(second);
    world.engine.exit('train', 0);
    world.start().recover();
    await until(() => world.closed.length === 2);
    expect(world.closed.map(({ summary }) => summary.run)).toEqual([offer.run, second.run]);
  });

  it('leaves runs of another network alone', async () => {
    world.start('mainnet').recover();
    await pass(5000);
    expect(world.room.current()).toBeNull();
    expect(world.engine.running()).toEqual(['train']);
  });

  it('leaves a run alone whose records are damaged, and tells', () => {
    world.db.run('UPDATE journal SET event = ? WHERE run = ?', '{"v":9}', offer.run);
    world.start().recover();
    expect(world.room.current()).toBeNull();
    expect(world.problems.join()).toContain('cannot be read');
  });
});

describe('a host that comes back after a power cut', () => {
  it('starts a container again whose policy asks for that, and counts it', async () => {
    world.engine.exit('train', 0);
    world.start().recover();
    await world.untilClosed();
    const service = world.network.assign(oneOperation({ restart_policy: 'always' }));
    world.room.take(service);
    await until(() => world.engine.running().length > 0);
    await world.room.stop();
    world.engine.exit('train', 255);
    world.start().recover();
    await until(() => world.engine.running().length > 0);
    expect(world.room.current()?.operations[0]).toMatchObject({ state: 'running', restarts: 1 });
    world.room.handBack('Mine.');
    await until(() => world.closed.length === 2);
    expect(world.lastClosed().summary.outcome).toBe('handed-back');
  });
});
