import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRpc } from '../../../../app/adapters/solana/rpc.ts';
import { checkGenesis, MAINNET_GENESIS } from '../../../../app/network/nosana/genesis.ts';
import { throwawaySigner } from '../../../../app/adapters/solana/signer.ts';
import { NosanaNetwork } from '../../../../app/network/nosana/nosana-network.ts';
import { chainProblem } from '../../../fakes/chain/surfpool.ts';
import { startTestChain, type TestChain } from '../../../fakes/chain/test-chain.ts';
import { memorySettings } from '../../../fakes/network/memory-settings.ts';
import { startRpcServer, type RpcServer } from '../../../fakes/network/rpc-server.ts';

let server: RpcServer;
beforeEach(async () => {
  server = await startRpcServer();
});
afterEach(() => server.stop());

describe('a server that fails says how, and never where it is', () => {
  it.each([
    ['too many requests', 429, 'network.rpc-rate-limited'],
    ['a broken server', 503, 'network.rpc-unreachable'],
    ['no access', 403, 'network.rpc-refused'],
  ])('%s', async (_name, status, code) => {
    server.behave = (response) => response.writeHead(status).end('secret-token');
    await expect(createRpc(server.url).getBlockHeight()).rejects.toMatchObject({ code });
    expect(server.calls).toHaveLength(1); // trying again is the caller's choice
  });

  it('nobody there', async () => {
    await expect(createRpc('http://127.0.0.1:9').getGenesisHash()).rejects.toMatchObject({
      code: 'network.rpc-unreachable',
    });
  });

  it('silence ends with the deadline', async () => {
    server.behave = () => undefined;
    await expect(createRpc(server.url, { deadlineMs: 100 }).getBlockHeight()).rejects.toMatchObject(
      {
        code: 'network.rpc-timed-out',
      },
    );
  });

  it.each([
    ['an error of its own', { code: -32601, message: 'no' }, 'network.rpc-refused'],
    [
      'a limit in its own words',
      { code: -32429, message: 'slow down' },
      'network.rpc-rate-limited',
    ],
    ['being behind', { code: -32005, message: 'Node is behind' }, 'network.rpc-unreachable'],
  ])('%s', async (_name, error, code) => {
    server.behave = (response) => response.end(JSON.stringify({ jsonrpc: '2.0', id: '1', error }));
    await expect(createRpc(server.url).getBlockHeight()).rejects.toMatchObject({ code });
  });

  it.each([
    ['no JSON', 'hello'],
    ['another shape', '{"jsonrpc":"2.0","id":"1","result":{"a":1}}'],
  ])('%s', async (_name, body) => {
    server.behave = (response) => response.end(body);
    await expect(createRpc(server.url).getGenesisHash()).rejects.toMatchObject({
      code: 'network.rpc-refused',
    });
  });

  it('its address, which may hold a token, is in no message', async () => {
    const rpc = createRpc('http://127.0.0.1:9/?api-key=SECRET');
    const error: unknown = await rpc.getLatestBlockhash().catch((thrown: unknown) => thrown);
    expect(String(error)).not.toContain('SECRET');
  });
});

describe('a server that is behind what was already seen', () => {
  const answerAt = (slot: number) => ({ context: { slot }, value: [null] });

  it('is not believed when it says that an account is missing', async () => {
    const rpc = createRpc(server.url);
    server.results['getMultipleAccounts'] = answerAt(100);
    rpc.noteSlot(101);
    await expect(rpc.getAccount(MAINNET_GENESIS)).rejects.toThrow(/behind the chain/);
  });

  it('is asked again, and believed once it has caught up', async () => {
    const rpc = createRpc(server.url);
    server.results['getMultipleAccounts'] = answerAt(100);
    rpc.noteSlot(101);
    const reading = rpc.getAccount(MAINNET_GENESIS);
    setTimeout(() => (server.results['getMultipleAccounts'] = answerAt(101)), 200);
    expect(await reading).toBeNull();
  });
});

describe('a server that says it is mainnet', () => {
  beforeEach(() => {
    Object.assign(server.results, {
      getGenesisHash: MAINNET_GENESIS,
      getVersion: { 'solana-core': '4.1.2', 'feature-set': 1 },
    });
  });

  it('is mainnet for the mainnet rule', async () => {
    expect(await checkGenesis('mainnet', createRpc(server.url))).toBe(MAINNET_GENESIS);
  });

  it('is refused by practice, even where it calls itself a practice chain', async () => {
    server.results['getVersion'] = { 'solana-core': '4.1.2', 'surfnet-version': '1.5.0' };
    await expect(checkGenesis('practice', createRpc(server.url))).rejects.toMatchObject({
      code: 'network.not-practice',
    });
  });

  it('gets nothing but these questions from a practice network', async () => {
    const network = aNetwork('practice');
    const endpoints = {
      rpc: [{ rpcUrl: server.url, wsUrl: 'ws://127.0.0.1:9' }],
      gateways: [],
      pinUrl: '',
    };
    await expect(network.connect(endpoints)).rejects.toMatchObject({
      code: 'network.not-practice',
    });
    expect(network.genesis).toBeNull();
    expect(await network.session(network.host).join(AbortSignal.timeout(1_000))).toMatchObject({
      ok: false,
    });
    expect(new Set(server.calls)).toEqual(new Set(['getGenesisHash']));
  });

  it('some other chain is neither', async () => {
    server.results['getGenesisHash'] = 'EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG'; // devnet
    const rpc = createRpc(server.url);
    await expect(checkGenesis('mainnet', rpc)).rejects.toMatchObject({
      code: 'network.not-mainnet',
    });
    await expect(checkGenesis('practice', rpc)).rejects.toMatchObject({
      code: 'network.not-practice',
    });
  });
});

describe.skipIf(chainProblem !== null)('a real practice chain', () => {
  let chain: TestChain;
  beforeEach(async () => {
    chain = await startTestChain();
  });
  afterEach(() => chain.stop());

  it('is a practice chain for the practice rule', async () => {
    const rpc = createRpc(chain.rpcUrl);
    expect(await checkGenesis('practice', rpc)).toBe(await rpc.getGenesisHash());
  });

  it('is refused by the mainnet rule, before anything else is asked or signed', async () => {
    const network = aNetwork('mainnet');
    const { rpcUrl, wsUrl } = chain;
    await expect(
      network.connect({ rpc: [{ rpcUrl, wsUrl }], gateways: [], pinUrl: '' }),
    ).rejects.toMatchObject({ code: 'network.not-mainnet' });
    expect(network.genesis).toBeNull();
  });

  it('gives balances and token accounts to the base unit', async () => {
    const rpc = createRpc(chain.rpcUrl);
    const owner = throwawaySigner().address;
    chain.fundSol(owner, 123_456_789n);
    chain.fundNos(owner, 987_654_321n);
    expect(await rpc.getLamports(owner)).toBe(123_456_789n);
    const tokens = await rpc.getTokenAccounts(owner);
    expect(tokens).toMatchObject([{ owner, amount: 987_654_321n }]);
  });
});

describe('addresses that are none', () => {
  it.each([
    ['http://127.0.0.1:9', 'http://127.0.0.1:9'],
    ['ftp://example.org', 'ws://127.0.0.1:9'],
    ['nonsense', 'ws://127.0.0.1:9'],
  ])('%s with %s is refused at once', async (rpcUrl, wsUrl) => {
    const endpoints = { rpc: [{ rpcUrl, wsUrl }], gateways: [], pinUrl: '' };
    await expect(aNetwork('practice').connect(endpoints)).rejects.toThrow(/not a web address/);
  });
});

function aNetwork(genesisRule: 'mainnet' | 'practice'): NosanaNetwork {
  const signer = throwawaySigner();
  return new NosanaNetwork({
    id: genesisRule,
    practice: genesisRule === 'practice',
    signer,
    genesisRule,
    settings: memorySettings(),
  });
}
