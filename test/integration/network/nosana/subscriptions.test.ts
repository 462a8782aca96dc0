import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { z } from 'zod';
import {
  createSubscriptions,
  type Subscriptions,
} from '../../../../app/adapters/solana/subscriptions.ts';

const Request = z.object({
  id: z.number().optional(),
  method: z.string(),
  params: z.unknown(),
});

/** A server of pushes that a test plays by hand. */
let server: WebSocketServer;
let sockets: WebSocket[];
let heard: z.infer<typeof Request>[];
let subscriptions: Subscriptions;

beforeEach(async () => {
  [sockets, heard] = [[], []];
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('message', (data: Buffer) => {
      const message = Request.parse(JSON.parse(data.toString()));
      heard.push(message);
      // The server's own numbers are deliberately others than the client's.
      socket.send(JSON.stringify({ id: message.id, result: 700 + heard.length }));
    });
  });
  subscriptions = createSubscriptions(() => Promise.resolve(`ws://127.0.0.1:${port()}`));
});
afterEach(() => {
  subscriptions.close();
  for (const socket of server.clients) socket.terminate();
  server.close();
});

describe('pushes over a WebSocket', () => {
  it('opens nothing before somebody wants something', async () => {
    await pause(50);
    expect(sockets).toHaveLength(0);
  });

  it('brings each push to the one who asked for it', async () => {
    const [first, second]: string[][] = [[], []];
    subscriptions.account('A', (account, slot) => first?.push(`${account.address} ${slot}`));
    subscriptions.program('P', [{ dataSize: 120 }, { offset: 40, bytes: 'N' }], (account) =>
      second?.push(`${account.address} ${Buffer.from(account.data).toString()}`),
    );
    await expect.poll(() => heard.length).toBe(2);
    expect(heard.map((message) => [message.method, message.params])).toEqual([
      ['accountSubscribe', ['A', { encoding: 'base64', commitment: 'confirmed' }]],
      [
        'programSubscribe',
        [
          'P',
          {
            encoding: 'base64',
            commitment: 'confirmed',
            filters: [
              { dataSize: 120 },
              { memcmp: { offset: 40, bytes: 'N', encoding: 'base58' } },
            ],
          },
        ],
      ],
    ]);
    await pause(50);
    push(702, { pubkey: 'R', account: accountOf('run') });
    push(701, accountOf('own'));
    push(999, accountOf('nobody asked'));
    await expect.poll(() => [first, second]).toEqual([['A 5'], ['R run']]);
  });

  it('asks for everything again after the line was cut', async () => {
    const got: number[] = [];
    subscriptions.account('A', (_account, slot) => got.push(slot));
    await expect.poll(() => heard.length).toBe(1);
    sockets[0]?.terminate();
    await expect.poll(() => heard.length, { timeout: 5_000 }).toBe(2);
    await pause(50);
    push(702, accountOf('x'));
    await expect.poll(() => got).toEqual([5]);
  });

  it('a new line can be asked for, and the old one is deaf', async () => {
    const got: string[] = [];
    subscriptions.account('A', (account) => got.push(Buffer.from(account.data).toString()));
    await expect.poll(() => heard.length).toBe(1);
    subscriptions.reconnect();
    await expect.poll(() => heard.length).toBe(2);
    await pause(50);
    sockets[0]?.send(notification(701, accountOf('old')));
    sockets[1]?.send(notification(702, accountOf('new')));
    await expect.poll(() => got).toEqual(['new']);
  });

  it('tells the server when nobody listens any more, and closes the line with the last', async () => {
    const off = subscriptions.account('A', () => undefined);
    const offOther = subscriptions.account('B', () => undefined);
    await expect.poll(() => heard.length).toBe(2);
    await pause(50);
    off();
    await expect
      .poll(() => heard.at(-1))
      .toMatchObject({
        method: 'accountUnsubscribe',
        params: [701],
      });
    offOther();
    await expect.poll(() => server.clients.size).toBe(0);
  });

  it('takes no harm from nonsense', async () => {
    const got: string[] = [];
    subscriptions.account('A', (account) => got.push(account.owner));
    await expect.poll(() => heard.length).toBe(1);
    await pause(50);
    const nonsense = ['', '{', 'null', '[]', '{"id":"1","result":7}', notification(701, null)];
    for (const text of nonsense) sockets[0]?.send(text);
    sockets[0]?.send(Buffer.from([1, 2, 3]));
    push(701, accountOf('good'));
    await expect.poll(() => got).toEqual(['owner']);
  });

  it('is silent once closed', async () => {
    subscriptions.account('A', () => undefined);
    await expect.poll(() => heard.length).toBe(1);
    subscriptions.close();
    subscriptions.account('B', () => undefined);
    await pause(800);
    expect(sockets).toHaveLength(1);
    expect(server.clients.size).toBe(0);
  });
});

function port(): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function push(subscription: number, value: unknown): void {
  sockets.at(-1)?.send(notification(subscription, value));
}

function notification(subscription: number, value: unknown): string {
  const result = { context: { slot: 5 }, value };
  return JSON.stringify({ jsonrpc: '2.0', method: 'x', params: { subscription, result } });
}

function accountOf(text: string): object {
  const data = [Buffer.from(text).toString('base64'), 'base64'];
  return { lamports: 1, owner: 'owner', data, executable: false, rentEpoch: 0 };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
