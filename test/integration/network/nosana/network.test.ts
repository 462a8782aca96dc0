import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { throwawaySigner } from '../../../../app/adapters/solana/signer.ts';
import type { NosanaNetwork } from '../../../../app/network/nosana/nosana-network.ts';
import { createMarket } from '../../../fakes/chain/market.ts';
import { chainProblem } from '../../../fakes/chain/surfpool.ts';
import { startScene, type Scene } from '../../../fakes/network/nosana-scene.ts';
import { aDocument, assigned, TIMEOUT, watch } from '../../../fakes/network/nosana-steps.ts';

const PRICE = 48n;

/** A real Solana runtime with a real program; only the poster is ours. */
describe.skipIf(chainProblem !== null)(
  `a host on a real chain${chainProblem === null ? '' : `: ${chainProblem}`}`,
  () => {
    let scene: Scene;
    let host: NosanaNetwork;
    const signal = AbortSignal.timeout(600_000);

    beforeEach(async () => {
      scene = await startScene({ pricePerSecond: PRICE });
      host = await scene.host();
    });
    afterEach(() => scene.stop());

    describe('the queue', () => {
      it('a host joins, sees its place and the terms, and leaves', async () => {
        expect(await host.session(scene.market.address).join(signal)).toEqual({
          ok: true,
          state: 'queued',
        });
        expect(await host.session(scene.market.address).view()).toEqual({
          address: scene.market.address,
          pricePerSecond: PRICE,
          timeoutSeconds: 7200,
          waiting: 'hosts',
          position: 1,
          length: 1,
        });
        expect(await host.session(scene.market.address).leave(signal)).toEqual({
          ok: true,
          state: 'not-queued',
        });
        expect(await host.session(scene.market.address).view()).toMatchObject({
          waiting: 'nobody',
          position: null,
        });
      });

      it('joining creates the NOS account that payments need', async () => {
        expect((await host.balances()).nos).toBeNull();
        await host.session(scene.market.address).join(signal);
        expect((await host.balances()).nos).toBe(0n);
      });

      it('joining twice, even at the same time, leaves one place in the queue', async () => {
        const results = await Promise.all([
          host.session(scene.market.address).join(signal),
          host.session(scene.market.address).join(signal),
        ]);
        expect(results).toEqual([
          { ok: true, state: 'queued' },
          { ok: true, state: 'queued' },
        ]);
        expect((await host.session(scene.market.address).view()).length).toBe(1);
      });

      it('two programs with the same key leave one place too', async () => {
        const other = await scene.host({ settings: { get: () => null, set: () => undefined } });
        const results = await Promise.all([
          host.session(scene.market.address).join(signal),
          other.session(scene.market.address).join(signal),
        ]);
        expect(results.every((result) => result.ok)).toBe(true);
        expect((await host.session(scene.market.address).view()).length).toBe(1);
      });

      it('leaving where one is not is no fault', async () => {
        expect(await host.session(scene.market.address).leave(signal)).toEqual({
          ok: true,
          state: 'not-queued',
        });
      });

      it('a fresh wallet pays for its accounts to the lamport what it was told before', async () => {
        const stranger = await scene.host({ signer: unknownHost(scene) });
        const { items, balance, missing } = await stranger.costs(scene.market.address);
        expect(missing).toBe('0');
        const later = ['finish-fee', 'reserve'];
        const now = items.filter(({ code }) => !later.includes(code));
        expect(now.map(({ code }) => code)).toEqual([
          'nos-account',
          'stake-account',
          'stake-vault',
          'work-fee',
        ]);
        const result = await stranger.session(scene.market.address).join(signal);
        expect(result).toEqual({ ok: true, state: 'queued' });
        const paid = now.reduce((sum, { lamports }) => sum + BigInt(lamports), 0n);
        expect(await scene.rpc.getLamports(stranger.host)).toBe(BigInt(balance) - paid);
        const again = await stranger.costs(scene.market.address);
        expect(again.items.map(({ code }) => code)).toEqual(['work-fee', ...later]);
      });

      it('a wallet that would fall below its reserve joins nothing, and is told the sum', async () => {
        const signer = unknownHost(scene);
        const fees = { maxFeeLamports: () => 500_000n, reserveLamports: () => 999_999_999n };
        const poor = await scene.host({ signer, fees });
        const result = await poor.session(scene.market.address).join(signal);
        expect(result).toMatchObject({ ok: false, problem: { code: 'network.no-sol' } });
      });

      it('a host without the stake that a market asks for is told so, and what to do', async () => {
        const strict = createMarket(scene.chain, { xnosMinimum: 1n });
        const stranger = await scene.host({ signer: unknownHost(scene) });
        const result = await stranger.session(strict.address).join(signal);
        expect(result).toMatchObject({ ok: false, problem: { code: 'network.no-stake' } });
      });
    });

    describe('an offer', () => {
      it('is pushed to a watching host the moment a poster lists a job', async () => {
        const seen = watch(scene, host);
        await host.session(scene.market.address).join(signal);
        const cid = await scene.content.add(Buffer.from('{"version":"0.1"}'));
        const { job, run } = await scene.poster.list(cid, TIMEOUT);
        const offer = await seen.offer();
        expect(offer).toEqual({
          run,
          job,
          market: scene.market.address,
          poster: scene.poster.address,
          definitionCid: cid,
          pricePerSecond: PRICE,
          timeoutSeconds: TIMEOUT,
          assignedAt: Number((await scene.see.run(run)).time) * 1000,
        });
        expect(Buffer.from(await host.fetchDocument(cid, signal)).toString()).toBe(
          '{"version":"0.1"}',
        );
      });

      it('is found by polling alone, where nothing is pushed', async () => {
        await host.connect({
          ...scene.endpoints,
          rpc: [{ rpcUrl: scene.chain.rpcUrl, wsUrl: 'ws://127.0.0.1:9' }],
        });
        const seen = watch(scene, host);
        await host.session(scene.market.address).join(signal);
        const { run } = await scene.poster.list(await aDocument(scene), TIMEOUT);
        expect((await seen.offer()).run).toBe(run);
      });

      it('is made once, however often it is seen', async () => {
        const { offer, seen } = await assigned(scene, host);
        await host.connect(scene.endpoints); // everything is read and subscribed anew
        await settledDown();
        expect(seen.offers.map((one) => one.run)).toEqual([offer.run]);
      });

      it('is there after a restart, for whoever asks or watches', async () => {
        const { offer } = await assigned(scene, host);
        host.disconnect();
        const restarted = await scene.host();
        expect(await restarted.session(scene.market.address).pendingRuns()).toEqual([offer]);
        expect(await watch(scene, restarted).offer()).toEqual(offer);
      });

      it('comes at once where jobs are waiting, and a host with a run takes no second one', async () => {
        await scene.poster.list(await aDocument(scene), TIMEOUT);
        await scene.poster.list(await aDocument(scene), TIMEOUT);
        const seen = watch(scene, host);
        expect(await host.session(scene.market.address).join(signal)).toEqual({
          ok: true,
          state: 'has-run',
        });
        await seen.offer();
        expect(await host.session(scene.market.address).join(signal)).toEqual({
          ok: true,
          state: 'has-run',
        });
        expect((await host.session(scene.market.address).view()).length).toBe(1);
        expect(await host.session(scene.market.address).pendingRuns()).toHaveLength(1);
      });

      it('the queue is shown as it changes', async () => {
        const seen = watch(scene, host);
        await host.session(scene.market.address).join(signal);
        await expect.poll(() => seen.views.at(-1)?.position).toBe(1);
        await host.session(scene.market.address).leave(signal);
        await expect.poll(() => seen.views.at(-1)?.position).toBeNull();
      });
    });

    describe('a lost connection', () => {
      it('proves nothing: the assignment is unknown, the transaction pending', async () => {
        const { offer } = await assigned(scene, host);
        const signed = await host.signSettlement(offer, 'quit', null);
        host.disconnect();
        expect(await host.readAssignment(offer, signal)).toMatchObject({
          state: 'unknown',
          problem: { code: 'network.not-connected' },
        });
        expect(await host.transactionStatus(signed)).toEqual({ state: 'pending' });
        expect(await host.sendTransaction(signed, signal)).toEqual({ state: 'pending' });
        expect(await host.session(scene.market.address).join(signal)).toMatchObject({
          ok: false,
          problem: { code: 'network.not-connected' },
        });
      });

      it('after the chain was replaced, the watches go on on the new one', async () => {
        const seen = watch(scene, host);
        let told = 0;
        host.onChange(() => told++);
        const next = await startScene();
        try {
          next.chain.fundSol(host.host, 1_000_000_000n);
          await host.connect(next.endpoints);
          expect(told).toBeGreaterThan(0);
          expect(host.genesis).toBe(await next.rpc.getGenesisHash());
          await expect
            .poll(() => seen.problems.at(-1), { timeout: 10_000 })
            .toBe('network.market-missing');
        } finally {
          host.disconnect();
          await next.stop();
        }
      });
    });
  },
);

/** Long enough for a second offer to come, if one did. */
function settledDown(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1000));
}

/** A key with SOL and nothing else. */
function unknownHost(scene: Scene) {
  const signer = throwawaySigner();
  scene.chain.fundSol(signer.address, 1_000_000_000n);
  return signer;
}
