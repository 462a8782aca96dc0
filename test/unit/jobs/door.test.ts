import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { endpointsOf } from '../../../app/jobs/door-endpoints.ts';
import type { JobInfo, OperationStats } from '../../../app/jobs/door-ports.ts';
import { Journal } from '../../../app/jobs/journal.ts';
import type { JobAddresses, Offer } from '../../../app/jobs/ports.ts';
import { confidential, job, oneOperation, operation } from '../../fakes/jobs/definitions.ts';
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
const together = { group: 'work' };

async function run(definition: object, isThere: () => boolean): Promise<void> {
  offer = world.network.assign(definition);
  world.room.take(offer);
  await until(isThere);
}

function info(): JobInfo {
  const known = world.room.door.infoOf(offer.job);
  if (known === null) throw new Error('The job is not in hand.');
  return known;
}

describe('how a job goes, as its client sees it', () => {
  it('is told in the words of the network, from its first group to its last', async () => {
    for (const id of ['fetch', 'serve']) world.engine.scripts.set(id, service);
    world.engine.scripts.set('train', { exitCode: 3 });
    const definition = job([
      operation('fetch'),
      operation('train', {}, together),
      operation('serve', {}, together),
      operation('last'),
    ]);
    await run(definition, () => world.engine.running().length === 1);
    await until(() => info().operations?.all.fetch === 'running');
    expect(info()).toMatchObject({
      status: 'running',
      startTime: offer.assignedAt,
      endTime: null,
      secrets: {},
      operations: {
        all: { fetch: 'running', train: 'waiting', serve: 'waiting', last: 'waiting' },
        currentGroup: 'fetch',
        currentGroupStatus: { fetch: 'running' },
      },
    });
    world.engine.exit('fetch', 0);
    await until(() => info().operations?.all.train === 'finished');
    expect(info()).toMatchObject({
      operations: {
        all: { fetch: 'finished', train: 'finished', serve: 'running', last: 'waiting' },
        currentGroup: 'work',
      },
      groups: { work: { train: 'finished', serve: 'running' }, last: { last: 'waiting' } },
      opStates: [
        { operationId: 'fetch', status: 'success', exitCode: 0 },
        { operationId: 'train', status: 'failed', exitCode: 3 },
        { operationId: 'serve', status: 'running', exitCode: null, endTime: null },
        { operationId: 'last', status: null, startTime: null },
      ],
    });
  });

  it('has neither lines of the log nor ids of containers', async () => {
    world.engine.scripts.set('train', service);
    await run(oneOperation(), () => (world.room.current()?.logBytes ?? 0) > 0);
    const text = JSON.stringify(info());
    expect(text).not.toContain('fake-1');
    expect(text).not.toContain('"logs"');
    expect(text).not.toContain('providerId');
  });

  it('tells what is being stopped or restarted', async () => {
    for (const id of ['train', 'serve']) world.engine.scripts.set(id, { ...service, deaf: true });
    const definition = job([operation('train', {}, together), operation('serve', {}, together)]);
    await run(definition, () => world.engine.running().length === 2);
    await until(() => info().operations?.all.serve === 'running');
    const { door } = world.room;
    door.ask(offer.job, { what: 'stop', group: 'work', operation: 'train' });
    door.ask(offer.job, { what: 'restart', group: 'work', operation: 'serve' });
    expect(info().operations?.all).toEqual({ train: 'stopping', serve: 'restarting' });
    await until(() => info().operations?.all.train === 'stopped');
    await until(() => info().operations?.all.serve === 'running');
    door.stop(offer.job);
    expect(info().endTime).toBe(Date.now());
    expect(info().operations?.all).toEqual({ train: 'stopped', serve: 'stopping' });
  });

  it('tells why an operation failed', async () => {
    const problem = { code: 'containers.image-missing', message: 'No such image.', remedy: '' };
    world.engine.pulls.set('images/train:1', { problem });
    world.engine.scripts.set('serve', service);
    const definition = job([operation('train', {}, together), operation('serve', {}, together)]);
    await run(definition, () => world.engine.running().length === 1);
    expect(info()).toMatchObject({
      operations: { all: { train: 'failed' } },
      opStates: [{ status: 'failed', errors: [{ event: 'image-pull-error' }] }, {}],
    });
  });

  it('says that it waits for its definition, and for somebody to fetch its result', async () => {
    const listen = { type: 'api-listen', args: {} };
    const definition = confidential({ send: listen, receive: listen });
    await run(definition, () => info().status === 'waiting-for-job-definition');
    expect(info()).toMatchObject({ opStates: [], operations: null, groups: {} });
    expect(world.room.door.definitionOf(offer.job)).toBeNull();
    const secret = JSON.stringify(oneOperation());
    world.room.door.bringDefinition(offer.job, secret);
    expect(world.room.door.definitionOf(offer.job)).toBe(secret);
    await until(() => info().status === 'waiting-for-result');
  });

  it('is nobody’s business before the job came, after it closed, or under another name', async () => {
    await run(oneOperation(), () => true);
    const { door } = world.room;
    expect(door.infoOf(offer.run)).toBeNull();
    expect(door.definitionOf(offer.run)).toBeNull();
    await world.untilClosed();
    expect(door.ownerOf(offer.job)).toBeNull();
    expect(door.definitionOf(offer.job)).toBeNull();
    expect(door.endpointsOf(offer.job)).toEqual({ urls: {}, status: 'OFFLINE' });
    expect(door.stop(offer.job)).toBe('unknown');
    expect(await door.readLog(offer.run, 0, 1000)).toBeNull();
  });

  it('can be seen to its very end by whoever followed it, until the next job comes', async () => {
    world.engine.scripts.set('train', { lines: [{ text: 'bye' }] });
    await run(oneOperation(), () => true);
    const { job: former } = offer;
    await world.untilClosed();
    const { door } = world.room;
    expect(door.infoOf(former)).toMatchObject({
      status: 'success',
      operations: { all: { train: 'finished' }, currentGroupStatus: {} },
    });
    expect(await door.readLog(former, 0, 1000)).toMatchObject({ lines: [{ text: 'bye' }] });
    await run(oneOperation(), () => true);
    expect(door.infoOf(former)).toBeNull();
    expect(await door.readLog(former, 0, 1000)).toBeNull();
  });
});

describe('the log of a job, as its client reads it', () => {
  it('comes in pieces, each line with its group', async () => {
    world.engine.scripts.set('train', service);
    await run(
      job([operation('train', {}, together)]),
      () => (world.room.current()?.logBytes ?? 0) > 0,
    );
    const { door } = world.room;
    const first = await door.readLog(offer.job, 0, 1000);
    expect(first).toMatchObject({ lines: [{ text: 'up', group: 'work' }], complete: true });
    world.engine.print('train', 'more');
    const next = first?.next ?? 0;
    await until(() => (world.room.current()?.logBytes ?? 0) > next);
    expect(await door.readLog(offer.job, next, 1000)).toMatchObject({ lines: [{ text: 'more' }] });
  });
});

describe('where ports are published', () => {
  const addresses: JobAddresses = { urlOf: (id) => `https://${id}.test` };
  const views = (status: 'online' | 'offline' | 'unknown') =>
    new Map([['train', [{ port: 80, url: 'http://127.0.0.1:5', status }]]]);

  async function endpoints(
    status: Parameters<typeof views>[0],
    given: JobAddresses | undefined = addresses,
  ): Promise<ReturnType<typeof endpointsOf>> {
    world.engine.scripts.set('train', service);
    await run(oneOperation({ expose: 80 }), () => world.engine.running().length === 1);
    const replayed = new Journal(world.db).replay(offer.run);
    if (replayed === null) throw new Error('There is no such run.');
    return endpointsOf({ run: replayed.run, endpoints: views(status) }, given);
  }

  it.each([
    ['online', 'ONLINE', 'ONLINE'],
    ['offline', 'OFFLINE', 'OFFLINE'],
    ['unknown', 'UNKNOWN', 'OFFLINE'],
  ] as const)('is told with whether they answer: %s', async (status, word, all) => {
    const { urls, status: whole } = await endpoints(status);
    const [[id, port] = []] = Object.entries(urls);
    expect(port).toEqual({
      opID: 'train',
      port: 80,
      url: `https://${id ?? ''}.test`,
      status: word,
    });
    expect(whole).toBe(all);
  });

  it('is not told where the network publishes nothing: this computer’s own is nobody’s', async () => {
    const nowhere = { urlOf: () => null };
    expect(await endpoints('online', nowhere)).toEqual({ urls: {}, status: 'OFFLINE' });
  });
});

describe('what the operations of a job use', () => {
  const always = { start: 0, end: Number.MAX_SAFE_INTEGER, intervalMs: 0 };
  const asked = (): number => world.engine.calls.filter((call) => call === 'stats train').length;
  const query = (window = always): Promise<readonly OperationStats[]> =>
    world.room.door.stats(offer.job, window);

  beforeEach(async () => {
    world.engine.scripts.set('train', service);
    await run(oneOperation(), () => world.engine.running().length === 1);
    await until(() => world.room.current()?.operations[0]?.state === 'running');
  });

  it('is looked at from the first question on, every ten seconds', async () => {
    await pass(60_000);
    expect(asked()).toBe(0);
    expect(await query()).toMatchObject([{ operation: 'train', ...world.engine.usage }]);
    await pass(35_000);
    expect(await query()).toHaveLength(4);
    expect(asked()).toBe(4);
  });

  it('is no longer looked at once nobody asks', async () => {
    await query();
    await pass(600_000);
    expect(asked()).toBeLessThan(15);
    expect(await query()).toHaveLength(1);
  });

  it('is looked at once for many who ask together', async () => {
    await Promise.all(Array.from({ length: 20 }, () => query()));
    expect(asked()).toBe(1);
  });

  it('can be had of a time, and in intervals', async () => {
    const first = Date.now();
    for (let left = 8; left > 0; left -= 1) {
      await query();
      await pass(10_000);
    }
    const { length } = await query();
    expect(length).toBeGreaterThan(7);
    const some = await query({ start: first, end: Date.now(), intervalMs: 30_000 });
    expect(some.length).toBeLessThanOrEqual(3);
    expect(some.map(({ at }) => at)).toEqual(some.map(({ at }) => at).toSorted((a, b) => a - b));
    expect(await query({ ...always, start: Date.now() + 1 })).toEqual([]);
    expect(await query({ ...always, end: first - 1 })).toEqual([]);
  });

  it('has a gap where the engine does not answer', async () => {
    await query();
    world.engine.loseEngine();
    await pass(30_000);
    world.engine.bringEngineBack();
    await pass(15_000);
    const times = (await query()).map(({ at }) => at);
    expect(times.length).toBeGreaterThan(1);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(30_000);
  });

  it('is forgotten with the job', async () => {
    await query();
    world.room.handBack('Mine.');
    await world.untilClosed();
    const before = asked();
    await pass(120_000);
    expect(asked()).toBe(before);
    expect(await query()).toEqual([]);
  });
});
