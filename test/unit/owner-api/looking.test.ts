import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OwnerApiLimits } from '../../../app/owner-api/limits.ts';
import { Doorstep } from '../../fakes/owner-api/doorstep.ts';
import { Events } from '../../fakes/owner-api/events.ts';
import { until } from '../../fakes/owner-api/until.ts';

let door: Doorstep;

async function open(limits: Partial<OwnerApiLimits> = {}): Promise<void> {
  door = new Doorstep({ limits: { paceMs: 20, ...limits } });
  await door.open();
}
beforeEach(() => open());
afterEach(() => door.close());

async function json(path: string): Promise<unknown> {
  const { status, text } = await door.asOwner(path);
  expect(status).toBe(200);
  return JSON.parse(text);
}

const running = { train: 'running', serve: 'starting' };

describe('an owner who looks', () => {
  it('sees how the job goes, in the shape of the network', async () => {
    expect(await json('/info')).toEqual({
      status: 'running',
      startTime: 1_700_000_000_000,
      endTime: null,
      errors: [],
      opStates: [],
      secrets: {},
      operations: {
        all: { fetch: 'finished', ...running },
        currentGroup: 'work',
        currentGroupStatus: running,
      },
    });
  });

  it('sees operations and groups one by one', async () => {
    expect(await json('/ops')).toEqual({ fetch: 'finished', ...running });
    expect(await json('/ops/train')).toEqual({ train: 'running' });
    expect(await json('/group/current')).toEqual(running);
    expect(await json('/group/get%20it')).toEqual({ fetch: 'finished' });
  });

  it.each(['/ops/other', '/group/other', '/ops/__proto__', '/group/constructor'])(
    'hears that there is nothing at %s',
    async (path) => {
      expect((await door.asOwner(path)).status).toBe(404);
    },
  );

  it('gets the definition that is run, and hears when there is none', async () => {
    expect(await json('/job-definition')).toEqual({ version: '0.1' });
    door.door.definition = null;
    expect((await door.asOwner('/job-definition')).status).toBe(409);
  });

  it('gets the addresses of published ports, and hears when there are none', async () => {
    expect((await door.asOwner('/endpoints')).status).toBe(400);
    const port = { opID: 'train', port: 80, url: 'https://id.test', status: 'ONLINE' } as const;
    door.door.endpoints = { urls: { id: port }, status: 'ONLINE' };
    expect(await json('/endpoints')).toEqual({ urls: { id: port }, status: 'ONLINE' });
  });

  it('may use one header as long as the job is paid for, though it changed something', async () => {
    const old = await door.header({ time: Date.now() - 3000_000 });
    expect((await door.asOwner('/info', { header: old })).status).toBe(200);
    const stop = { method: 'POST', header: old };
    expect((await door.asOwner('/stop', stop)).text).toContain('too old');
    const header = await door.header();
    expect((await door.asOwner('/stop', { method: 'POST', header })).status).toBe(200);
    expect((await door.asOwner('/info', { header })).status).toBe(200);
    const later = await door.header({ time: Date.now() - 3_600_001 });
    expect((await door.asOwner('/info', { header: later })).status).toBe(401);
  });
});

describe('an owner who goes on looking', () => {
  it('hears at once how the job goes, and then each change, until the job is over', async () => {
    const events = await Events.open(door, '/info');
    expect(events.type).toContain('text/event-stream');
    await until(() => events.heard.length === 1);
    door.door.change();
    door.door.change({ status: 'success' });
    await until(() => events.heard.length === 2);
    expect(events.heard).toMatchObject([{ status: 'running' }, { status: 'success' }]);
    expect(events.heard[1]).not.toHaveProperty('groups');
    door.door.change({ endTime: 7 });
    door.door.close();
    await until(() => events.isOver);
    expect(events.heard.at(-1)).toMatchObject({ endTime: 7 });
    await until(() => door.door.listeners === 0);
  });

  it('hears many changes as few', async () => {
    await door.close();
    await open({ paceMs: 200 });
    const events = await Events.open(door, '/info');
    await until(() => events.heard.length === 1);
    for (let endTime = 1; endTime <= 500; endTime += 1) door.door.change({ endTime });
    await until(() => events.heard.length > 1);
    expect(events.heard).toHaveLength(2);
    expect(events.heard[1]).toMatchObject({ endTime: 500 });
    events.leave();
  });

  it('hears signs of life while nothing changes', async () => {
    await door.close();
    await open({ keepAliveMs: 20 });
    const events = await Events.open(door, '/info');
    await until(() => events.comments > 3);
    expect(events.heard).toHaveLength(1);
    events.leave();
    await until(() => door.door.listeners === 0);
  });

  it('is cut when it does not read', async () => {
    await door.close();
    await open({ paceMs: 1, unreadBytes: 64 * 1024 });
    const authorization = await door.header();
    const path = `/job/${door.job}/info`;
    const lazy = door.lazy(
      `GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\naccept: text/event-stream\r\n\r\n`,
    );
    await until(() => door.door.listeners === 1);
    const errors = ['x'.repeat(1024 * 1024)];
    let endTime = 0;
    await until(() => {
      door.door.change({ errors, endTime: (endTime += 1) });
      return door.door.listeners === 0;
    });
    lazy.destroy();
    expect(endTime).toBeLessThan(200);
  });

  it('finds so many seats, and one again when another has left', async () => {
    await door.close();
    await open({ streamsOfJob: 2 });
    const first = await Events.open(door, '/info');
    const second = await Events.open(door, '/stats/stream');
    expect([first.status, second.status]).toEqual([200, 200]);
    expect((await Events.open(door, '/info')).status).toBe(429);
    expect((await door.asOwner('/info')).status).toBe(200);
    first.leave();
    await until(() => door.door.listeners === 0);
    const again = await Events.open(door, '/info');
    expect(again.status).toBe(200);
    again.leave();
    second.leave();
  });
});

describe('an owner who asks what the job uses', () => {
  const MIB = 1024 ** 2;
  const sample = (at: number, operation = 'train') => ({
    operation,
    at,
    cpuPercent: 150.123,
    memoryBytes: 512 * MIB,
    memoryLimitBytes: 2048 * MIB,
    diskReadBytes: MIB,
    diskWrittenBytes: 3 * MIB,
    networkReceivedBytes: 5 * MIB,
    networkSentBytes: MIB / 2,
  });

  it('gets it in the units of the network', async () => {
    door.door.samples = [sample(1000)];
    expect(await json('/stats')).toEqual([
      {
        opId: 'train',
        timestamp: 1000,
        cpu: { cpu_percent: 150.12 },
        memory: { memory_usage: 512, memory_limit: 2, memory_percent: 25 },
        disk: { read: 1, write: 3 },
        network: { received: 5, sent: 0.5 },
      },
    ]);
  });

  it('chooses a time and an interval', async () => {
    await json('/stats?interval=60&start=5&end=9');
    expect(door.door.windows).toEqual([{ start: 5, end: 9, intervalMs: 60_000 }]);
  });

  it.each(['interval=7', 'interval=5.5', 'interval=', 'start=yesterday', 'end=-1', 'start=1e3'])(
    'cannot choose %s',
    async (query) => {
      expect((await door.asOwner(`/stats?${query}`)).status).toBe(400);
      if (query.startsWith('interval')) {
        expect((await door.asOwner(`/stats/stream?${query}`)).status).toBe(400);
      }
      expect(door.door.windows).toEqual([]);
    },
  );

  it('hears no more than that it failed when the engine does not answer', async () => {
    door.door.diskFull = true;
    const { status, text } = await door.asOwner('/stats');
    expect(status).toBe(503);
    expect(text).not.toContain('/home');
  });

  it('follows the newest sample of each operation, without one twice', async () => {
    door.door.samples = [sample(1000), sample(2000), sample(2000, 'serve')];
    const events = await Events.open(door, '/stats/stream');
    await until(() => events.heard.length === 1);
    expect(events.heard).toMatchObject([
      [
        { opId: 'train', timestamp: 2000 },
        { opId: 'serve', timestamp: 2000 },
      ],
    ]);
    events.leave();
  });

  it('is let go when the job is over', async () => {
    door.door.close();
    expect((await door.asOwner('/stats')).status).toBe(404);
  });
});
