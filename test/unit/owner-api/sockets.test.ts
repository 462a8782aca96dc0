import { createNosanaAuthorization } from '@nosana/kit';
import { Keypair } from '@solana/web3.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { keypairSigner, throwawaySigner } from '../../../app/adapters/solana/signer.ts';
import type { OwnerApiLimits } from '../../../app/owner-api/limits.ts';
import { Doorstep } from '../../fakes/owner-api/doorstep.ts';
import { Listener } from '../../fakes/owner-api/listener.ts';
import { until } from '../../fakes/owner-api/until.ts';

/** A line of `/flog`, as the network's own host has it. */
const TaskLog = z.strictObject({
  opId: z.string(),
  group: z.string(),
  type: z.enum(['container', 'info']),
  timestamp: z.literal(1_700_000_001_000),
  message: z.string(),
});

let door: Doorstep;

async function open(limits: Partial<OwnerApiLimits> = {}): Promise<void> {
  door = new Doorstep({ limits: { paceMs: 10, ...limits } });
  await door.open();
}
async function reopen(limits: Partial<OwnerApiLimits>): Promise<void> {
  await door.close();
  await open(limits);
}
beforeEach(() => open());
afterEach(() => door.close());

describe('an owner who follows the log', () => {
  it('hears every line from the beginning and then live, as a FlowState has them', async () => {
    door.door.print('fetch', 'one');
    door.door.print('train', 'two', 'stderr');
    const listener = await Listener.open(door);
    await listener.follow('/log');
    await until(() => listener.frames.length === 2);
    door.door.print('train', 'It was ended.', 'host');
    await until(() => listener.frames.length === 3);
    const timestamp = '2023-11-14T22:13:21.000Z';
    expect(listener.heard('log')).toEqual([
      { type: 'stdout', log: 'one', timestamp, opId: 'fetch', group: 'get it' },
      { type: 'stderr', log: 'two', timestamp, opId: 'train', group: 'work' },
      { type: 'nodeerr', log: 'It was ended.', timestamp, opId: 'train', group: 'work' },
    ]);
    listener.socket.close();
  });

  it.each([
    ['a group', { group: 'work' }, ['b', 'c', 'd']],
    ['an operation', { opId: 'serve' }, ['c']],
    ['what the host says', { type: 'info' }, ['d']],
    ['what containers say of one operation', { type: 'container', opId: 'train' }, ['b']],
  ])('may choose %s', async (_what, body, expected) => {
    door.door.print('fetch', 'a');
    door.door.print('train', 'b');
    door.door.print('serve', 'c');
    door.door.print('train', 'd', 'host');
    const listener = await Listener.open(door);
    await listener.follow('/flog', { body });
    await until(() => listener.frames.length === expected.length);
    door.door.close();
    await listener.closed;
    const lines = listener.heard('flog').map((line) => TaskLog.parse(line));
    expect(lines.map(({ message }) => message)).toEqual(expected);
  });

  it('hears the lines that were printed right before the end', async () => {
    await reopen({ paceMs: 300 });
    const listener = await Listener.open(door);
    await listener.follow('/log');
    await listener.follow('/status');
    await until(() => listener.heard('state').length === 1);
    door.door.print('train', 'one');
    door.door.print('train', 'the last');
    door.door.change({ status: 'success' });
    door.door.close();
    expect(await listener.closed).toMatchObject({ code: 1000 });
    expect(listener.heard('log')).toMatchObject([{ log: 'one' }, { log: 'the last' }]);
    expect(listener.heard('state').at(-1)).toMatchObject({ status: 'success' });
  });

  it('is told when the job is over', async () => {
    const listener = await Listener.open(door);
    await listener.follow('/log');
    await until(() => door.door.reads.length > 0);
    door.door.close();
    expect(await listener.closed).toMatchObject({ code: 1000 });
    expect(door.door.listeners).toBe(0);
  });

  it('hears that it failed here, and nothing else, when the log cannot be read', async () => {
    door.door.readLog = () => Promise.reject(new Error('EIO: /home/owner/log'));
    const listener = await Listener.open(door);
    await listener.follow('/log');
    const { code, reason } = await listener.closed;
    expect(code).toBe(1011);
    expect(reason).not.toContain('/home');
    expect(door.logged.join()).not.toContain('/home');
  });
});

describe('an owner who follows the state', () => {
  it('hears each change once, numbered', async () => {
    const listener = await Listener.open(door);
    await listener.follow('/status');
    await until(() => listener.frames.length === 1);
    door.door.change({ endTime: 5 });
    door.door.change({ status: 'success' });
    await until(() => listener.frames.length === 2);
    const { job } = door;
    expect(listener.heard('state')).toMatchObject([
      { status: 'running', index: 0, state: { job, operations: { train: 'running' } } },
      { status: 'success', index: 1, state: { job } },
    ]);
    listener.socket.close();
    await until(() => door.door.listeners === 0);
  });

  it('may follow the log over the same socket', async () => {
    door.door.print('train', 'a line');
    const listener = await Listener.open(door);
    await listener.follow('/status');
    await listener.follow('/log');
    await until(() => listener.heard('log').length === 1 && listener.heard('state').length === 1);
    door.door.close();
    expect(await listener.closed).toMatchObject({ code: 1000 });
  });

  it("may use the header that Nosana's own client makes", async () => {
    await door.close();
    const pair = Keypair.generate();
    door = new Doorstep({}, keypairSigner(pair.secretKey));
    await door.open();
    const client = createNosanaAuthorization(pair.secretKey);
    const header = await client.generate(door.stub, { includeTime: true, separator: ':' });
    const listener = await Listener.open(door);
    await listener.follow('/status', { header });
    await until(() => listener.frames.length === 1);
    listener.socket.close();
  });
});

describe('nobody hears anything', () => {
  it.each([
    ['signed by somebody else', () => door.header({ by: throwawaySigner() })],
    ['about something else', () => door.header({ message: 'NosanaApiAuthorization' })],
    ['without a time', () => door.header({ time: null })],
    ['that is none', () => Promise.resolve('')],
  ])('with a header %s', async (_what, header) => {
    for (const path of ['/log', '/flog', '/status']) {
      const listener = await Listener.open(door);
      await listener.follow(path, { header: await header() });
      expect(await listener.closed).toMatchObject({ code: 3000 });
      expect(listener.frames).toEqual([]);
    }
    expect(door.door.reads).toEqual([]);
  });

  it('of a job that is not in hand', async () => {
    const listener = await Listener.open(door);
    const other = throwawaySigner().address;
    const header = await door.header({ message: other });
    await listener.follow('/log', { header, body: { jobAddress: other } });
    expect(await listener.closed).toMatchObject({ code: 1008 });
  });

  it.each([
    ['no JSON', 'hello', 1007],
    ['no object', '[]', 1007],
    ['no path', '{}', 1007],
    ['another path', { path: '/secrets', header: '', body: {} }, 3003],
    ['a terminal', { path: '/terminal', header: '', body: { jobAddress: 'x' } }, 3003],
    ['no body', { path: '/log', header: 'x' }, 1007],
    ['no job', { path: '/log', header: 'x', body: {} }, 1007],
    ['a job that is no address', { path: '/log', header: 'x', body: { jobAddress: '../x' } }, 1007],
    ['a header that is no text', { path: '/log', header: {}, body: { jobAddress: 'x' } }, 1007],
  ])('who sends %s', async (_what, frame, code) => {
    const listener = await Listener.open(door);
    listener.say(frame);
    expect(await listener.closed).toMatchObject({ code });
    expect(listener.frames).toEqual([]);
  });

  it('who says nothing in time', async () => {
    await reopen({ firstFrameMs: 50 });
    const listener = await Listener.open(door);
    expect(await listener.closed).toMatchObject({ code: 1008 });
  });

  it('who sends more than a frame may hold', async () => {
    const listener = await Listener.open(door);
    await listener.follow('/log', { body: { group: 'x'.repeat(20_000) } });
    expect(await listener.closed).toMatchObject({ code: 1009 });
  });

  it('at another path', async () => {
    const heard = await door.raw(
      'GET /job HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    expect(heard).toBe('');
  });

  it('after one bad frame, though good ones came before and come after', async () => {
    door.door.print('train', 'a line');
    const listener = await Listener.open(door);
    await listener.follow('/status');
    await until(() => listener.frames.length === 1);
    listener.say('nonsense');
    await listener.follow('/log');
    expect(await listener.closed).toMatchObject({ code: 1007 });
    expect(listener.heard('log')).toEqual([]);
    expect(door.door.listeners).toBe(0);
  });
});

describe('those who take up too much', () => {
  it('find no seat once all of a job are taken, and one when another has left', async () => {
    await reopen({ streamsOfJob: 2 });
    const listeners = [await Listener.open(door), await Listener.open(door)];
    for (const one of listeners) await one.follow('/status');
    await until(() => listeners.every(({ frames }) => frames.length === 1));
    const third = await Listener.open(door);
    await third.follow('/status');
    expect(await third.closed).toMatchObject({ code: 1008 });
    listeners[0]?.socket.close();
    await until(() => door.door.listeners === 1);
    const fourth = await Listener.open(door);
    await fourth.follow('/status');
    await until(() => fourth.frames.length === 1);
  });

  it('cannot follow everything over one socket', async () => {
    await reopen({ subscriptionsOfSocket: 2 });
    const listener = await Listener.open(door);
    for (const path of ['/status', '/log', '/flog']) await listener.follow(path);
    expect(await listener.closed).toMatchObject({ code: 1008 });
    await until(() => door.door.listeners === 0);
  });

  it('are cut when they do not read, and no more is read of the log for them', async () => {
    await reopen({ unreadMs: 200 });
    const text = 'x'.repeat(60_000);
    door.door.lines = Array.from({ length: 2000 }, () => {
      return { at: 0, operation: 'train', group: 'work', stream: 'stdout' as const, text };
    });
    const listener = await Listener.open(door);
    await listener.follow('/log');
    listener.socket.pause();
    await until(() => door.door.listeners === 1);
    await until(() => door.door.listeners === 0);
    expect(door.door.reads.length).toBeLessThan(1000);
    listener.socket.resume();
    expect(await listener.closed).toMatchObject({ code: 1006 });
  });

  it('but a slow reader gets every line', async () => {
    const text = 'x'.repeat(60_000);
    door.door.lines = Array.from({ length: 300 }, () => {
      return { at: 0, operation: 'train', group: 'work', stream: 'stdout' as const, text };
    });
    const listener = await Listener.open(door);
    await listener.follow('/log');
    for (let pauses = 0; pauses < 10; pauses += 1) {
      listener.socket.pause();
      await new Promise((resolve) => setTimeout(resolve, 10));
      listener.socket.resume();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await until(() => listener.frames.length === 300);
    listener.socket.close();
  });

  it('are hung up on when they do not answer a ping', async () => {
    await reopen({ pingMs: 30 });
    const dead = await Listener.open(door, { autoPong: false });
    const alive = await Listener.open(door);
    await dead.follow('/status');
    await alive.follow('/status');
    expect(await dead.closed).toMatchObject({ code: 1006 });
    door.door.change({ status: 'success' });
    await until(() => alive.frames.length === 2);
  });

  it('are all sent away when the host stops', async () => {
    const listener = await Listener.open(door);
    await listener.follow('/status');
    await until(() => listener.frames.length === 1);
    await door.close();
    expect(await listener.closed).toMatchObject({ code: 1006 });
    await until(() => door.door.listeners === 0);
  });
});
