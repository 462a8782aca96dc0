import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRpcPool, type PoolOptions } from '../../../../app/adapters/solana/rpc-pool.ts';
import { checkGenesis, MAINNET_GENESIS } from '../../../../app/network/nosana/genesis.ts';
import { startRpcServer, type RpcServer } from '../../../fakes/network/rpc-server.ts';

const ACCOUNT = MAINNET_GENESIS; // any address will do
const DEVNET = 'EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG';
let first: RpcServer;
let second: RpcServer;

const at = (slot: number, value: unknown = [null]) => ({ context: { slot }, value });

beforeEach(async () => {
  const answers = () => ({
    getGenesisHash: MAINNET_GENESIS,
    getMultipleAccounts: at(100),
    getBlockHeight: 1000,
    getSlot: 100,
    getSignatureStatuses: at(100),
    getProgramAccounts: at(100, []),
  });
  [first, second] = [await startRpcServer(answers()), await startRpcServer(answers())];
});
afterEach(() => Promise.all([first.stop(), second.stop()]));

function aPool(options: Partial<PoolOptions> = {}) {
  const servers = [first, second].map(({ url }) => ({ rpcUrl: `${url}/?key=SECRET`, wsUrl: url }));
  return createRpcPool(servers, { check: (rpc) => checkGenesis('mainnet', rpc), ...options });
}

const asked = (server: RpcServer) => server.calls.filter((call) => call !== 'getGenesisHash');

describe('several RPC servers', () => {
  it('the preferred one answers, and the other one is left alone', async () => {
    const pool = aPool();
    expect(await pool.connect()).toBe(MAINNET_GENESIS);
    expect(await pool.getBlockHeight()).toBe(1000);
    expect([first.calls, second.calls]).toEqual([['getGenesisHash', 'getBlockHeight'], []]);
  });

  it.each([
    ['is broken', 503],
    ['refuses', 403],
    ['throttles', 429],
  ])('where one %s, the next one answers the same call', async (_name, status) => {
    const pool = aPool();
    await pool.connect();
    first.behave = (response) => response.writeHead(status).end();
    expect(await pool.getBlockHeight()).toBe(1000);
    expect(asked(second)).toEqual(['getBlockHeight']);
  });

  it('where one is silent, the next one answers after the deadline', async () => {
    const pool = aPool({ deadlineMs: 100 });
    await pool.connect();
    first.behave = () => undefined;
    expect(await pool.getBlockHeight()).toBe(1000);
  });

  it('one that failed rests first, and is preferred again after that', async () => {
    const pool = aPool();
    await pool.connect();
    first.behave = (response) => response.writeHead(503).end();
    await pool.getBlockHeight();
    first.behave = null;
    await pool.getBlockHeight();
    expect(asked(second)).toHaveLength(2);
    await expect.poll(() => pool.health()[0]?.state, { timeout: 5_000 }).not.toBe('resting');
    await pool.getBlockHeight();
    expect(asked(second)).toHaveLength(2);
    expect(pool.health()[0]).toMatchObject({ state: 'ready', failures: 0, problem: null });
  });

  it('one that asks for a pause gets it, even where nobody else is left', async () => {
    const pool = aPool();
    await pool.connect();
    first.behave = (response) => response.writeHead(429, { 'retry-after': '60' }).end();
    second.behave = (response) => response.writeHead(503).end();
    await expect(pool.getBlockHeight()).rejects.toMatchObject({
      code: 'network.rpc-rate-limited',
    });
    const before = first.calls.length;
    await pool.getBlockHeight().catch(() => undefined);
    expect(first.calls).toHaveLength(before);
  });

  it('a short pause that is asked for is waited for, where there is no other', async () => {
    const pool = createRpcPool([{ rpcUrl: first.url, wsUrl: first.url }], {
      check: () => Promise.resolve('G'),
    });
    await pool.connect();
    first.behave = (response) => {
      first.behave = null;
      response.writeHead(429, { 'retry-after': '1' }).end();
    };
    await pool.getBlockHeight().catch(() => undefined);
    expect(await pool.getBlockHeight()).toBe(1000);
  });

  it('all down: says why', async () => {
    const pool = aPool();
    await pool.connect();
    for (const server of [first, second]) server.behave = (response) => response.destroy();
    await expect(pool.getBlockHeight()).rejects.toMatchObject({
      code: 'network.rpc-unreachable',
    });
  });

  it('calls go no faster than the rate: the next one takes what is above', async () => {
    const pool = aPool({ rate: { perSecond: 0.5, burst: 3 } });
    await pool.connect(); // one of the three
    for (let call = 0; call < 4; call++) await pool.getBlockHeight();
    expect([asked(first).length, asked(second).length]).toEqual([2, 2]);
  });

  it('calls wait for their turn where nobody is left', async () => {
    const pool = aPool({ rate: { perSecond: 20, burst: 1 } });
    await pool.connect();
    for (let call = 0; call < 10; call++) await pool.getBlockHeight();
    expect(asked(first).length + asked(second).length).toBe(10);
  });
});

describe('a server that is behind', () => {
  it('is not believed: the one that is not answers', async () => {
    const pool = aPool();
    await pool.connect();
    pool.noteSlot(200);
    second.results['getMultipleAccounts'] = at(200, [null]);
    expect(await pool.getAccount(ACCOUNT)).toBeNull();
    expect(asked(second)).toEqual(['getMultipleAccounts']);
    expect(pool.health()[0]).toMatchObject({ state: 'resting', slotsBehind: 100 });
  });

  it('all are behind: they are asked again until one has caught up', async () => {
    const pool = aPool();
    await pool.connect();
    pool.noteSlot(200);
    const reading = pool.getAccount(ACCOUNT);
    setTimeout(() => (second.results['getMultipleAccounts'] = at(201)), 300);
    expect(await reading).toBeNull();
  });
});

describe('"nothing" is no proof', () => {
  it('a second opinion comes from the other server', async () => {
    const pool = aPool();
    await pool.connect();
    expect(await pool.getProgramAccounts(ACCOUNT, [])).toEqual([]);
    await pool.elsewhere.getProgramAccounts(ACCOUNT, []);
    expect([asked(first), asked(second)]).toEqual([['getProgramAccounts'], ['getProgramAccounts']]);
  });

  it('and from the same one later, where there is no other', async () => {
    const pool = createRpcPool([{ rpcUrl: first.url, wsUrl: first.url }], {
      check: () => Promise.resolve('G'),
    });
    await pool.connect();
    const asking = pool.elsewhere.getAccounts([ACCOUNT]);
    expect(asked(first)).toEqual([]);
    await asking;
    expect(asked(first)).toEqual(['getMultipleAccounts']);
  });
});

describe('a signature that seems to be lost', () => {
  const SIGNATURE = '5'.repeat(80);
  const confirmed = { slot: 1, confirmations: 1, err: null, confirmationStatus: 'confirmed' };

  it('is known as soon as any server knows it', async () => {
    const pool = aPool();
    await pool.connect();
    second.results['getSignatureStatuses'] = at(100, [confirmed]);
    expect((await pool.lookEverywhere(SIGNATURE)).status).toEqual({ state: 'confirmed' });
  });

  it('is unknown at the height of a server that was not behind', async () => {
    const pool = aPool();
    await pool.connect();
    second.results['getBlockHeight'] = 2000;
    // It says that it is at slot 100, and then answers from slot 99.
    second.results['getSignatureStatuses'] = at(99);
    expect(await pool.lookEverywhere(SIGNATURE)).toEqual({
      status: { state: 'unknown' },
      height: 1000,
    });
  });

  it('is judged by those that answer; with none, not at all', async () => {
    const pool = aPool();
    await pool.connect();
    first.behave = (response) => response.destroy();
    expect((await pool.lookEverywhere(SIGNATURE)).height).toBe(1000);
    second.behave = (response) => response.destroy();
    await expect(pool.lookEverywhere(SIGNATURE)).rejects.toMatchObject({
      code: 'network.rpc-unreachable',
    });
  });
});

describe('a server of another chain', () => {
  it('is asked its chain and nothing else, and it is said', async () => {
    first.results['getGenesisHash'] = DEVNET;
    const pool = aPool();
    expect(await pool.connect()).toBe(MAINNET_GENESIS);
    await pool.getBlockHeight();
    await pool.lookEverywhere('5'.repeat(80));
    expect(new Set(first.calls)).toEqual(new Set(['getGenesisHash']));
    expect(pool.health()[0]).toMatchObject({
      state: 'other-chain',
      problem: { code: 'network.not-mainnet' },
    });
    expect(await pool.socketUrl(1)).toBe(second.url);
  });

  it('also where each by itself could be right', async () => {
    second.results['getGenesisHash'] = DEVNET;
    const pool = aPool({ check: (rpc) => rpc.getGenesisHash() });
    await pool.connect();
    first.behave = (response) => response.writeHead(503).end();
    await expect(pool.getBlockHeight()).rejects.toThrow();
    expect(new Set(second.calls)).toEqual(new Set(['getGenesisHash']));
    expect(pool.health()[1]).toMatchObject({
      state: 'other-chain',
      problem: { code: 'network.other-chain' },
    });
  });

  it('is found out when another server comes back at the address', async () => {
    const pool = aPool();
    await pool.connect();
    first.behave = (response) => response.destroy();
    await pool.getBlockHeight();
    first.behave = null;
    first.results['getGenesisHash'] = DEVNET;
    first.calls.length = 0;
    await expect.poll(() => pool.health()[0]?.state, { timeout: 5_000 }).not.toBe('resting');
    await pool.getBlockHeight();
    expect(first.calls).toEqual(['getGenesisHash']);
    expect(pool.health()[0]?.state).toBe('other-chain');
  });

  it('alone: nothing is connected, and it is said which chain was expected', async () => {
    for (const server of [first, second]) server.results['getGenesisHash'] = DEVNET;
    const pool = aPool();
    await expect(pool.connect()).rejects.toMatchObject({ code: 'network.not-mainnet' });
    await expect(pool.getBlockHeight()).rejects.toMatchObject({ code: 'network.not-mainnet' });
  });
});

describe('the health of the servers', () => {
  it('is told without the part of the address that may be a key', async () => {
    const pool = aPool();
    await pool.connect();
    await pool.getAccount(ACCOUNT);
    expect(pool.health()).toEqual([
      {
        origin: first.url,
        state: 'ready',
        failures: 0,
        latencyMs: expect.any(Number) as number,
        slotsBehind: 0,
        problem: null,
      },
      {
        origin: second.url,
        state: 'unchecked',
        failures: 0,
        latencyMs: null,
        slotsBehind: null,
        problem: null,
      },
    ]);
    expect(JSON.stringify(pool.health())).not.toContain('SECRET');
  });
});
