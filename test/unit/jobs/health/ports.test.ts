import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EndpointView } from '../../../../app/contract/job.ts';
import { job, oneOperation, operation } from '../../../fakes/jobs/definitions.ts';
import { pass, stopTime, until } from '../../../fakes/jobs/time.ts';
import { World } from '../../../fakes/jobs/world.ts';

let world: World;

beforeEach(() => {
  stopTime();
  world = new World();
  world.engine.scripts.set('train', { lines: [{ text: 'up' }], runMs: 'until-stopped' });
  world.engine.endpoints.set('train:80', { host: '127.0.0.1', port: 40_080 });
  world.engine.endpoints.set('train:81', { host: '127.0.0.1', port: 40_081 });
});
afterEach(async () => {
  await world.end();
  vi.useRealTimers();
});

function check(continuous: boolean): object {
  return { type: 'http', path: '/', method: 'GET', expected_status: 200, continuous };
}

function serving(...health_checks: object[]): object {
  return { expose: { port: 80, health_checks } };
}

function take(definition: object): string {
  const offer = world.network.assign(definition);
  world.room.take(offer);
  return offer.run;
}

const endpoints = (): readonly EndpointView[] =>
  world.room.current()?.operations[0]?.endpoints ?? [];
const isReady = (run: string): boolean => world.steps(run).includes('operation-ready');

describe('a port', () => {
  it('is shown with its address on this computer while its operation runs', async () => {
    const run = take(oneOperation({ expose: [80, 81] }));
    await until(() => endpoints().length === 2);
    expect(endpoints()).toEqual([
      { port: 80, url: 'http://127.0.0.1:40080', status: 'unknown' },
      { port: 81, url: 'http://127.0.0.1:40081', status: 'unknown' },
    ]);
    world.engine.exit('train', 0);
    await world.untilClosed();
    expect(world.history.get(run).operations[0]?.endpoints).toEqual([]);
  });

  it('is looked for until the engine tells where it is', async () => {
    world.engine.endpoints.delete('train:80');
    take(oneOperation({ expose: 80 }));
    await until(() => endpoints().length === 1);
    expect(endpoints()).toEqual([{ port: 80, url: null, status: 'unknown' }]);
    world.engine.endpoints.set('train:80', { host: '127.0.0.1', port: 40_080 });
    await until(() => endpoints()[0]?.url === 'http://127.0.0.1:40080');
  });

  it('moves with a restart of its container', async () => {
    take(oneOperation({ ...serving(check(true)), restart_policy: 'always' }));
    await until(() => endpoints()[0]?.status === 'online');
    world.engine.endpoints.set('train:80', { host: '127.0.0.1', port: 50_000 });
    world.engine.exit('train', 1);
    await until(() => endpoints()[0]?.url === 'http://127.0.0.1:50000');
    await until(() => endpoints()[0]?.status === 'online');
  });

  it('never shows an address that is not of this computer', async () => {
    world.engine.endpoints.set('train:80', { host: 'evil.example', port: 1 });
    take(oneOperation({ expose: 80 }));
    await until(() => endpoints().length === 1);
    expect(endpoints()[0]?.url).toBeNull();
  });
});

describe('an operation', () => {
  it('without health checks is ready when its container has started', async () => {
    const run = take(oneOperation({ expose: 80 }));
    await until(() => world.engine.running().length > 0);
    expect(isReady(run)).toBe(true);
    expect(world.prober.asked).toEqual([]);
  });

  it('without health checks is ready even when it ends at once, or the engine is slow', async () => {
    world.engine.scripts.delete('train');
    vi.spyOn(world.engine, 'endpoint').mockReturnValue(new Promise(() => undefined));
    const run = take(
      job([
        operation('train', { expose: 80 }, { group: 'g' }),
        operation('web', {}, { group: 'g', depends_on: ['train'] }),
      ]),
    );
    await world.untilClosed();
    expect(world.history.get(run).operations[1]).toMatchObject({ state: 'ended', exitCode: 0 });
  });

  it('is ready when each check of each port has passed, asked every five seconds', async () => {
    world.prober.answers.set(40_081, false);
    const both = [80, 81].map((port) => ({ port, health_checks: [check(false)] }));
    const run = take(oneOperation({ expose: both }));
    await pass(20_000);
    expect(isReady(run)).toBe(false);
    expect(endpoints().map(({ status }) => status)).toEqual(['online', 'unknown']);
    const times = world.prober.asked.filter(({ port }) => port === 40_081).map(({ at }) => at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(new Set(gaps)).toEqual(new Set([5000]));
    world.prober.answers.clear();
    await until(() => isReady(run));
    const asked = world.prober.asked.length;
    await pass(120_000);
    expect(world.prober.asked).toHaveLength(asked);
  });

  it('is not ended because its readiness cannot be written down', async () => {
    world.prober.answers.set(40_080, false);
    const run = take(oneOperation(serving(check(false))));
    await until(() => world.prober.asked.length > 0);
    world.databaseFull = true;
    world.prober.answers.clear();
    await until(() => world.room.obstacle()?.problem.code === 'storage.disk-full');
    world.databaseFull = false;
    await until(() => isReady(run));
    expect(world.engine.running()).toEqual(['train']);
    expect(world.engine.calls.filter((call) => call.startsWith('stop'))).toEqual([]);
  });

  it('is not ended by a continuous check that fails: its port is offline until it passes', async () => {
    const run = take(oneOperation(serving(check(true), check(false))));
    await until(() => endpoints()[0]?.status === 'online');
    const asked = world.prober.asked.length;
    await pass(60_000);
    expect(world.prober.asked.length - asked).toBe(2);
    world.prober.answers.set(40_080, false);
    await until(() => endpoints()[0]?.status === 'offline');
    expect(world.engine.running()).toEqual(['train']);
    world.prober.answers.clear();
    await until(() => endpoints()[0]?.status === 'online');
    expect(world.steps(run).filter((step) => step === 'operation-ready')).toHaveLength(1);
  });

  it('is asked again when a check gets no answer', async () => {
    world.prober.answers.set(40_080, 'hangs');
    const run = take(oneOperation(serving(check(false))));
    await pass(40_000);
    expect(isReady(run)).toBe(false);
    world.prober.answers.clear();
    await until(() => isReady(run));
  });

  it('holds back its dependents until it is ready, and only then', async () => {
    world.prober.answers.set(40_080, false);
    take(
      job([
        operation('train', serving(check(false)), { group: 'g' }),
        operation('cache', { expose: 80 }, { group: 'g' }),
        operation('web', {}, { group: 'g', depends_on: ['train', 'cache'] }),
      ]),
    );
    world.engine.scripts.set('cache', { runMs: 'until-stopped' });
    await pass(30_000);
    expect(world.engine.running()).toEqual(['train', 'cache']);
    world.prober.answers.clear();
    await until(() => world.engine.specs.some((spec) => spec.operation === 'web'));
    expect(world.engine.started.get('web')?.size).toBe(1);
  });

  it('that ends before it was ready starts none of its dependents', async () => {
    world.prober.answers.set(40_080, false);
    const run = take(
      job([
        operation('train', serving(check(false)), { group: 'g' }),
        operation('web', {}, { group: 'g', depends_on: ['train'] }),
      ]),
    );
    await pass(10_000);
    world.engine.exit('train', 0);
    await world.untilClosed();
    expect(world.history.get(run).operations[1]).toMatchObject({ state: 'skipped' });
  });

  it('stays ready when Offpeak comes back, and its ports are looked at again', async () => {
    const run = take(oneOperation(serving(check(true))));
    await until(() => isReady(run));
    await world.room.stop();
    world.prober.answers.set(40_080, false);
    world.start().recover();
    await until(() => endpoints().length === 1);
    expect(world.steps(run).filter((step) => step === 'operation-ready')).toHaveLength(1);
    expect(endpoints()[0]?.url).toBe('http://127.0.0.1:40080');
  });

  it('keeps its checks and restarts when what it was started with is gone by now', async () => {
    world.engine.scripts.set('db', { runMs: 'until-stopped' });
    world.engine.endpoints.set('db:5432', { host: '127.0.0.1', port: 45_432 });
    const cmd = 'serve %%ops.db.endpoint.5432%%';
    const args = { ...serving(check(true)), cmd, restart_policy: 'always' };
    const run = take(
      job([
        operation('db', { expose: 5432 }, { group: 'g' }),
        operation('train', args, { group: 'g', depends_on: ['db'] }),
      ]),
    );
    await until(() => world.steps(run).filter((step) => step === 'operation-ready').length === 2);
    await world.room.stop();
    world.engine.exit('db', 0);
    world.engine.exit('train', 1);
    world.engine.endpoints.delete('db:5432');
    world.start().recover();
    await until(() => world.engine.running().includes('train'));
    await until(() => world.room.current()?.operations[1]?.endpoints[0]?.status === 'online');
    expect(world.room.current()?.operations[1]).toMatchObject({ restarts: 1 });
  });

  it('goes on with the last known address while the engine does not answer', async () => {
    take(oneOperation(serving(check(true))));
    await until(() => endpoints()[0]?.status === 'online');
    world.engine.loseEngine();
    await pass(60_000);
    expect(endpoints()[0]?.status).toBe('online');
    world.engine.bringEngineBack();
  });
});
