import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { atTime, sleep, steadyClock, systemClock } from '../../../app/jobs/clock.ts';
import { oneOperation } from '../../fakes/jobs/definitions.ts';
import { FakeClock, sleepComputer } from '../../fakes/jobs/fake-clock.ts';
import { pass, stopTime, until } from '../../fakes/jobs/time.ts';
import { World } from '../../fakes/jobs/world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe('a moment far away', () => {
  const clock = new FakeClock();
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('comes at its time, also beyond what a timer can hold', async () => {
    const called = vi.fn();
    atTime(clock, Date.now() + 30 * DAY_MS, called);
    await vi.advanceTimersByTimeAsync(29 * DAY_MS);
    expect(called).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(DAY_MS);
    expect(called).toHaveBeenCalledTimes(1);
  });

  it('does not come once it is called off, on whatever leg of the way', async () => {
    const called = vi.fn();
    const cancel = atTime(clock, Date.now() + 2 * HOUR_MS, called);
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    cancel();
    await vi.advanceTimersByTimeAsync(2 * HOUR_MS);
    expect(called).not.toHaveBeenCalled();
  });

  it('that has passed comes at once', async () => {
    const called = vi.fn();
    atTime(clock, Date.now() - DAY_MS, called);
    await vi.advanceTimersByTimeAsync(0);
    expect(called).toHaveBeenCalled();
  });

  it('that passes while the computer sleeps comes within half a minute of waking', async () => {
    const called = vi.fn();
    atTime(clock, Date.now() + HOUR_MS, called);
    await vi.advanceTimersByTimeAsync(60_000);
    sleepComputer(2 * HOUR_MS);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(called).toHaveBeenCalledTimes(1);
  });
});

describe('a wait', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('ends with its signal, and leaves no timer', async () => {
    const stop = new AbortController();
    const waited = sleep(systemClock, DAY_MS, stop.signal);
    stop.abort();
    await waited;
    await sleep(systemClock, DAY_MS, stop.signal);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('this computer’s steady clock', () => {
  it('goes on with the time, and never back', async () => {
    const before = systemClock.steady();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const passed = systemClock.steady() - before;
    expect(passed).toBeGreaterThan(20);
    expect(passed).toBeLessThan(20_000);
  });

  it('starts no earlier than what is known to have passed', () => {
    const clock = new FakeClock();
    clock.aheadMs = -HOUR_MS;
    const known = Date.now();
    expect(steadyClock(clock, known).now()).toBeGreaterThanOrEqual(known);
  });
});

describe('the time that a client pays for', () => {
  let world: World;
  beforeEach(() => {
    stopTime();
    world = new World();
    world.engine.scripts.set('train', { runMs: 'until-stopped' });
  });
  afterEach(async () => {
    await world.end();
    vi.useRealTimers();
  });

  it.each([
    ['is set back by hours', -5 * HOUR_MS],
    ['is set forward by hours', 5 * HOUR_MS],
  ])('is neither shorter nor longer when the computer’s clock %s', async (_what, jumpMs) => {
    const offer = world.network.assign(oneOperation(), { timeoutSeconds: 600 });
    world.room.take(offer);
    await until(() => world.engine.running().length > 0);
    world.clock.aheadMs = jumpMs;
    await pass(540_000);
    expect(world.engine.running()).toEqual(['train']);
    await pass(70_000);
    await world.untilClosed();
    expect(Date.now() - offer.assignedAt).toBeLessThan(700_000);
    expect(world.lastClosed()).toMatchObject({
      summary: { outcome: 'paid', status: 'success' },
      receipt: { paidSeconds: 600 },
    });
  });

  it('stays the same when it is extended after the clock was set', async () => {
    const offer = world.network.assign(oneOperation(), { timeoutSeconds: 600 });
    world.room.take(offer);
    await until(() => world.engine.running().length > 0);
    world.clock.aheadMs = -5 * HOUR_MS;
    world.network.extend(offer.run, 600);
    await pass(1_140_000);
    expect(world.engine.running()).toEqual(['train']);
    await pass(90_000);
    await world.untilClosed();
    expect(world.lastClosed().receipt).toMatchObject({ paidSeconds: 1200 });
  });

  it('is over on time on a computer whose clock was behind from the start', async () => {
    world.clock.aheadMs = -5 * HOUR_MS;
    const offer = world.network.assign(oneOperation(), { timeoutSeconds: 600 });
    world.room.take(offer);
    await until(() => world.engine.running().length > 0);
    await pass(630_000);
    expect(world.engine.running()).toEqual([]);
    await world.untilClosed();
  });

  it('is over soon after a computer wakes that slept through its end', async () => {
    world.room.take(world.network.assign(oneOperation(), { timeoutSeconds: 3600 }));
    await until(() => world.engine.running().length > 0);
    sleepComputer(2 * HOUR_MS);
    await pass(40_000);
    expect(world.engine.running()).toEqual([]);
    await world.untilClosed();
  });
});
