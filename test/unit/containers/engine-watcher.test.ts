import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineWatcher } from '../../../app/containers/engine-watcher.ts';
import type { EngineStatus } from '../../../app/containers/shapes.ts';

const UP: EngineStatus = {
  ok: true,
  name: 'Docker',
  version: '29',
  apiVersion: '1.52',
  rootless: false,
  storageDriver: 'overlay2',
  cardsBy: 'nvidia',
  remapsUsers: false,
  internet: 'filtered',
};
const DOWN: EngineStatus = {
  ok: false,
  problem: { code: 'containers.engine-lost', message: 'm', remedy: 'r' },
};

describe('watching the engine', () => {
  let now: EngineStatus;
  let pings: number;
  let checks: number;
  let watcher: EngineWatcher;

  beforeEach(() => {
    vi.useFakeTimers();
    now = UP;
    pings = 0;
    checks = 0;
    const ping = (): Promise<void> => {
      pings += 1;
      return now.ok ? Promise.resolve() : Promise.reject(new Error('away'));
    };
    const check = (): Promise<EngineStatus> => {
      checks += 1;
      return Promise.resolve(now);
    };
    watcher = new EngineWatcher({ ping, check }, 5000);
  });
  afterEach(() => vi.useRealTimers());

  it('tells the state at once, and then only what changed', async () => {
    const seen: EngineStatus[] = [];
    const stop = watcher.watch((status) => seen.push(status));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(seen).toEqual([UP]);
    now = DOWN;
    await vi.advanceTimersByTimeAsync(20_000);
    now = UP;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(seen).toEqual([UP, DOWN, UP]);
    expect(watcher.last()).toEqual(UP);
    stop();
  });

  it('only pings while all is well', async () => {
    const stop = watcher.watch(() => undefined);
    await vi.advanceTimersByTimeAsync(50_000);
    expect(checks).toBe(1);
    expect(pings).toBe(10);
    stop();
  });

  it('rests when nobody watches any more', async () => {
    const stop = watcher.watch(() => undefined);
    await vi.advanceTimersByTimeAsync(5000);
    stop();
    const before = pings;
    await vi.advanceTimersByTimeAsync(50_000);
    expect(pings).toBe(before);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('looks whole when it is asked to, and tells what that showed', async () => {
    expect(watcher.last()).toBeNull();
    const seen: EngineStatus[] = [];
    const stop = watcher.watch((status) => seen.push(status));
    expect(await watcher.check()).toEqual(UP);
    now = { ...UP, cardsBy: null };
    await watcher.check();
    expect(seen).toEqual([UP, { ...UP, cardsBy: null }]);
    stop();
  });
});
