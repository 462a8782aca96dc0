import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { oneOperation } from '../../fakes/jobs/definitions.ts';
import { pass, stopTime, until } from '../../fakes/jobs/time.ts';
import { networkMethods, World } from '../../fakes/jobs/world.ts';

let world: World;

beforeEach(() => {
  stopTime();
  world = new World();
});
afterEach(async () => {
  await world.end();
  vi.useRealTimers();
});

describe('a network that does not answer', () => {
  it.each(networkMethods)('costs a job only time (%s fails three times)', async (method) => {
    world.network.fail(method, 3);
    const offer = world.network.assign(oneOperation());
    const { summary } = await world.runToEnd(offer);
    expect(summary).toMatchObject({ outcome: 'paid', status: 'success' });
    expect(world.network.landed(offer.run)).toBe(1);
    expect(world.room.obstacle()).toBeNull();
  });

  it('is asked for hours, visibly, and the job is settled once when it is back', async () => {
    world.engine.scripts.set('train', { runMs: 5000 });
    const offer = world.network.assign(oneOperation());
    world.room.take(offer);
    await until(() => world.engine.running().length > 0);
    world.failNetwork(1_000_000);
    await pass(6 * 3_600_000);
    expect(world.room.current()?.stage).toBe('storing');
    const obstacle = world.room.obstacle();
    expect(obstacle).toMatchObject({ problem: { code: 'network.rpc-unreachable' } });
    expect(obstacle?.nextAttemptAt).toBeGreaterThan(Date.now());
    expect(obstacle?.nextAttemptAt).toBeLessThanOrEqual(Date.now() + 60_000);
    world.failNetwork(0);
    await world.untilClosed();
    expect(world.lastClosed().summary.outcome).toBe('paid');
    expect(world.network.landed(offer.run)).toBe(1);
  });

  it('hangs, and the job goes on after a deadline', async () => {
    const offer = world.network.assign(oneOperation());
    const never = (): Promise<never> => new Promise(() => undefined);
    vi.spyOn(world.network, 'fetchDocument').mockImplementationOnce(never);
    vi.spyOn(world.network, 'storeDocument').mockImplementationOnce(never);
    vi.spyOn(world.network, 'signSettlement').mockImplementationOnce(never);
    vi.spyOn(world.network, 'readAssignment').mockImplementationOnce(never);
    vi.spyOn(world.network, 'sendTransaction').mockImplementationOnce(never);
    const { summary } = await world.runToEnd(offer);
    expect(summary.outcome).toBe('paid');
    expect(world.network.landed(offer.run)).toBe(1);
  });
});

describe('a settlement', () => {
  it('that landed without an answer is found on the chain, not sent as another', async () => {
    world.network.sending = 'land-unheard';
    const offer = world.network.assign(oneOperation());
    await world.runToEnd(offer);
    expect(world.network.calls.signSettlement).toBe(1);
    expect(world.network.landed(offer.run)).toBe(1);
  });

  it('is not signed anew while the first may still land', async () => {
    world.network.sending = 'hang';
    const offer = world.network.assign(oneOperation());
    world.room.take(offer);
    await until(() => world.network.calls.sendTransaction >= 3);
    expect(world.network.calls.signSettlement).toBe(1);
    expect(world.room.obstacle()).toMatchObject({ problem: { code: 'jobs.settlement-pending' } });
    world.network.sending = 'confirm';
    await world.untilClosed();
    expect(world.network.calls.signSettlement).toBe(1);
    expect(world.network.landed(offer.run)).toBe(1);
  });

  it('is signed anew when the first has expired and the run is still open', async () => {
    world.network.sending = 'lose';
    const offer = world.network.assign(oneOperation());
    world.room.take(offer);
    await until(() => world.network.calls.signSettlement >= 2);
    world.network.sending = 'confirm';
    await world.untilClosed();
    expect(world.steps(offer.run).filter((step) => step === 'settlement-expired')).not.toEqual([]);
    expect(world.network.landed(offer.run)).toBe(1);
  });

  it('that the network refuses is shown, and tried anew', async () => {
    world.network.sending = 'reject';
    const offer = world.network.assign(oneOperation());
    world.room.take(offer);
    await until(() => world.room.obstacle() !== null);
    expect(world.room.obstacle()).toMatchObject({
      problem: { code: 'network.transaction-rejected' },
    });
    world.network.sending = 'confirm';
    await world.untilClosed();
    expect(world.network.landed(offer.run)).toBe(1);
  });

  it('that is confirmed but not shown yet is waited for', async () => {
    const offer = world.network.assign(oneOperation());
    world.engine.scripts.set('train', { runMs: 1000 });
    world.room.take(offer);
    await until(() => world.room.current()?.stage === 'running');
    const { timeoutSeconds } = offer;
    vi.spyOn(world.network, 'readAssignment')
      .mockResolvedValueOnce({ state: 'assigned', timeoutSeconds })
      .mockResolvedValueOnce({ state: 'assigned', timeoutSeconds })
      .mockResolvedValueOnce({ state: 'assigned', timeoutSeconds });
    await world.untilClosed();
    expect(world.network.calls.signSettlement).toBe(1);
    expect(world.network.landed(offer.run)).toBe(1);
  });

  it('that was signed before the client’s end is dropped for a result after it', async () => {
    world.network.sending = 'hang';
    const offer = world.network.assign(oneOperation());
    world.room.take(offer);
    await until(() => world.network.calls.sendTransaction > 0);
    world.network.endByClient(offer.run);
    world.network.sending = 'confirm';
    await world.untilClosed();
    expect(world.lastClosed().summary.outcome).toBe('ended-by-client');
    expect(world.network.ledger.map(({ kind }) => kind)).toEqual(['complete']);
  });
});
