import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAINNET_GENESIS } from '../../../../app/network/nosana/genesis.ts';
import type { NosanaNetwork } from '../../../../app/network/nosana/nosana-network.ts';
import { chainProblem } from '../../../fakes/chain/surfpool.ts';
import { startScene, type Scene } from '../../../fakes/network/nosana-scene.ts';
import {
  aDocument,
  assigned,
  settle,
  TIMEOUT,
  watch,
} from '../../../fakes/network/nosana-steps.ts';
import { startRpcServer } from '../../../fakes/network/rpc-server.ts';
import { RpcProxy, type Trouble } from '../../../fakes/network/rpc-proxy.ts';

const signal = AbortSignal.timeout(600_000);

/** Two servers of one real chain; the preferred one gets into trouble. */
describe.skipIf(chainProblem !== null)('a host with two RPC servers', () => {
  let scene: Scene;
  let preferred: RpcProxy;
  let other: RpcProxy;
  let host: NosanaNetwork;

  beforeEach(async () => {
    scene = await startScene();
    const [chain] = scene.endpoints.rpc;
    if (chain === undefined) throw new Error('no chain');
    [preferred, other] = await Promise.all([RpcProxy.start(chain), RpcProxy.start(chain)]);
    const rpc = [preferred.endpoint, other.endpoint];
    host = await scene.host({}, { ...scene.endpoints, rpc });
  });
  afterEach(async () => {
    host.disconnect();
    await Promise.all([preferred.stop(), other.stop()]);
    await scene.stop();
  });

  const market = () => host.session(scene.market.address);
  const states = () => host.health().map(({ state }) => state);

  it('asks the other one for second opinions alone, while all is well', async () => {
    const { offer } = await assigned(scene, host);
    await settle(scene, host, offer, 'finish');
    // Of runs, and of the NOS account, before "there is none" is believed.
    const opinions = ['getProgramAccounts', 'getMultipleAccounts'];
    expect(other.calls).toEqual(['getGenesisHash', 'getVersion', ...opinions]);
    expect(preferred.calls.length).toBeGreaterThan(other.calls.length);
  });

  it.each<Trouble>(['dead', 'stale', 'empty', 'throttled'])(
    'does a whole job, from the queue to the pay, while the preferred one is %s',
    async (trouble) => {
      if (trouble === 'dead') preferred.die();
      else preferred.trouble = trouble;
      const { offer, seen } = await assigned(scene, host);
      expect(await host.readAssignment(offer, signal)).toMatchObject({ state: 'assigned' });
      await settle(scene, host, offer, 'finish');
      expect(await host.readAssignment(offer, signal)).toMatchObject({ state: 'settled' });
      expect(seen.problems.filter((problem) => problem !== null)).toEqual([]);
    },
  );

  it('gets into the queue once, though the server dies when the transaction is written', async () => {
    const settings = {
      ...scene.settings,
      set: (key: string, value: string) => {
        scene.settings.set(key, value);
        if (key.includes('join')) preferred.die();
      },
    };
    const rpc = [preferred.endpoint, other.endpoint];
    host = await scene.host({ settings }, { ...scene.endpoints, rpc });
    expect(await market().join(signal)).toEqual({ ok: true, state: 'queued' });
    expect(await market().view()).toMatchObject({ position: 1, length: 1 });
    expect(states()[0]).not.toBe('ready');
  });

  it('gets its offer over the other socket, and never has two', async () => {
    const seen = watch(scene, host);
    await market().join(signal);
    await expect.poll(() => preferred.sockets.opened).toBe(1);
    expect(other.sockets.opened).toBe(0);
    preferred.die();
    await expect.poll(() => other.sockets.opened, { timeout: 10_000 }).toBe(1);
    const { run } = await scene.poster.list(await aDocument(scene), TIMEOUT);
    expect((await seen.offer()).run).toBe(run);
    expect([preferred.sockets, other.sockets]).toEqual([
      { opened: 1, most: 1 },
      { opened: 1, most: 1 },
    ]);
  });

  it('does not queue again with a run in hand that a throttled server does not show', async () => {
    const { offer } = await assigned(scene, host);
    preferred.trouble = 'empty';
    expect(await market().join(signal)).toEqual({ ok: true, state: 'has-run' });
    expect(await host.readAssignment(offer, signal)).toMatchObject({ state: 'assigned' });
    expect((await market().view()).length).toBe(0);
  });

  it('prefers the first one again once it is well', async () => {
    preferred.die();
    await market().view();
    expect(states()[0]).toBe('resting');
    preferred.trouble = null;
    await expect.poll(() => states()[0], { timeout: 10_000 }).toBe('unchecked');
    const before = other.calls.length;
    await market().view();
    expect(states()).toEqual(['ready', 'ready']);
    expect(other.calls).toHaveLength(before);
  });

  it('says that both are gone, and goes on when one is back', async () => {
    const seen = watch(scene, host);
    await expect.poll(() => seen.problems).toEqual([null]);
    preferred.die();
    other.die();
    await expect.poll(() => seen.problems.at(-1), { timeout: 10_000 }).toMatch(/^network\.rpc-/);
    other.trouble = null;
    await expect.poll(() => seen.problems.at(-1), { timeout: 30_000 }).toBeNull();
    expect(await market().join(signal)).toMatchObject({ ok: true });
  });
});

describe.skipIf(chainProblem !== null)('a host whose preferred server is on another chain', () => {
  it('works with the other one, says so, and gives the wrong one nothing to know', async () => {
    const scene = await startScene();
    const wrong = await startRpcServer({ getGenesisHash: MAINNET_GENESIS });
    const rpc = [{ rpcUrl: wrong.url, wsUrl: 'ws://127.0.0.1:9' }, ...scene.endpoints.rpc];
    const host = await scene.host({}, { ...scene.endpoints, rpc });
    const { offer } = await assigned(scene, host);
    await settle(scene, host, offer, 'finish');
    expect(host.health()).toMatchObject([
      { state: 'other-chain', problem: { code: 'network.not-practice' } },
      { state: 'ready', problem: null },
    ]);
    expect(wrong.calls).toEqual(['getGenesisHash']);
    await scene.stop();
    await wrong.stop();
  });
});
