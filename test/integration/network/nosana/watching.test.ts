import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { throwawaySigner } from '../../../../app/adapters/solana/signer.ts';
import type { NosanaNetwork } from '../../../../app/network/nosana/nosana-network.ts';
import { createStake } from '../../../fakes/chain/market.ts';
import { chainProblem } from '../../../fakes/chain/surfpool.ts';
import { startScene, type Scene } from '../../../fakes/network/nosana-scene.ts';
import { aDocument, settle, TIMEOUT, watch } from '../../../fakes/network/nosana-steps.ts';
import { RpcProxy } from '../../../fakes/network/rpc-proxy.ts';

const signal = AbortSignal.timeout(600_000);
/** Pushes alone: whatever is noticed with this was not found by looking. */
const PUSHES_ALONE = { soonMs: 1e8, pushedMs: 1e8, deafMs: 1e8 };

describe.skipIf(chainProblem !== null)('watching a real chain', () => {
  let scene: Scene;
  let proxy: RpcProxy;
  let host: NosanaNetwork;

  beforeEach(async () => {
    scene = await startScene();
    const [chain] = scene.endpoints.rpc;
    if (chain === undefined) throw new Error('no chain');
    proxy = await RpcProxy.start(chain);
    const endpoints = { ...scene.endpoints, rpc: [proxy.endpoint] };
    host = await scene.host({ pace: PUSHES_ALONE }, endpoints);
  });
  afterEach(async () => {
    host.disconnect();
    await proxy.stop();
    await scene.stop();
  });

  const queued = async () => {
    const seen = watch(scene, host);
    await expect.poll(() => proxy.subscribed.length).toBe(2);
    await host.session(scene.market.address).join(signal);
    await expect.poll(() => seen.views.at(-1)?.position).toBe(1);
    return seen;
  };

  it('takes two subscriptions in the queue, one more with a job, all on one socket', async () => {
    const seen = await queued();
    expect(proxy.subscribed).toEqual(['programSubscribe', 'accountSubscribe']);
    await scene.poster.list(await aDocument(scene), TIMEOUT);
    const stop = host.watchAssignment(await seen.offer(), () => undefined);
    await expect.poll(() => proxy.subscribed.length).toBe(3);
    expect(proxy.subscribed.at(-1)).toBe('accountSubscribe');
    stop();
    await expect.poll(() => proxy.subscribed.at(-1)).toBe('accountUnsubscribe');
    expect(proxy.sockets).toEqual({ opened: 1, most: 1 });
  });

  it('hears within a second, by push alone, that it was taken out of the queue', async () => {
    const seen = await queued();
    await scene.kick(host.host);
    await expect.poll(() => seen.views.at(-1)?.position, { timeout: 1_000 }).toBeNull();
  });

  it('hears by push alone that somebody else joined or left', async () => {
    const seen = await queued();
    const signer = throwawaySigner();
    scene.chain.fundSol(signer.address, 1_000_000_000n);
    createStake(scene.chain, signer.address);
    const second = await scene.host({ signer });
    await second.session(scene.market.address).join(signal);
    await expect.poll(() => seen.views.at(-1)).toMatchObject({ position: 1, length: 2 });
    await second.session(scene.market.address).leave(signal);
    await expect.poll(() => seen.views.at(-1)).toMatchObject({ position: 1, length: 1 });
  });

  it('hears within a second, by push alone, that the poster gives its job more time', async () => {
    const seen = await queued();
    await scene.poster.list(await aDocument(scene), TIMEOUT);
    const offer = await seen.offer();
    const heard: unknown[] = [];
    let told = 0;
    const stop = host.watchAssignment(offer, () => {
      told++;
      void host.readAssignment(offer, signal).then((now) => heard.push(now));
    });
    // The look with which a watch begins, and nothing after it.
    await expect.poll(() => heard).toEqual([{ state: 'assigned', timeoutSeconds: TIMEOUT }]);
    for (const times of [2, 3]) {
      await scene.poster.extend(offer.job, times * TIMEOUT);
      await expect
        .poll(() => heard.at(-1), { timeout: 1_000 })
        .toEqual({ state: 'assigned', timeoutSeconds: times * TIMEOUT });
    }
    expect(told).toBe(3);
    stop();
    await expect.poll(() => proxy.subscribed.at(-1)).toBe('accountUnsubscribe');
    await scene.poster.extend(offer.job, 4 * TIMEOUT);
    expect(told).toBe(3);
  });

  it('knows its balances after each transaction of its own, and tells', async () => {
    const seen = await queued();
    expect(await host.balances()).toMatchObject({ nos: 0n });
    await scene.poster.list(await aDocument(scene), TIMEOUT);
    const offer = await seen.offer();
    scene.letPass(offer.assignedAt, 100);
    let told = 0;
    host.onChange(() => told++);
    await settle(scene, host, offer, 'finish');
    expect(told).toBeGreaterThan(0);
    const { payoutBaseUnits } = await settledPay(offer);
    expect((await host.balances()).nos).toBe(payoutBaseUnits);
  });

  const settledPay = async (offer: Parameters<NosanaNetwork['readAssignment']>[0]) => {
    const now = await host.readAssignment(offer, signal);
    if (now.state !== 'settled') throw new Error(now.state);
    return now;
  };

  it('asks for balances once, however often they are shown', async () => {
    await queued();
    await host.balances();
    const before = proxy.calls.length;
    for (let time = 0; time < 10; time++) await host.balances();
    expect(proxy.calls).toHaveLength(before);
  });
});
