import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MarketView } from '../../../../app/network/nosana/market-read.ts';
import type { NosanaNetwork } from '../../../../app/network/nosana/nosana-network.ts';
import type { Offer } from '../../../../app/network/nosana/types.ts';
import { chainProblem } from '../../../fakes/chain/surfpool.ts';
import { startScene, type Scene } from '../../../fakes/network/nosana-scene.ts';

const PRICE = 48n;
const TIMEOUT = 3600;

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
        expect(await host.market.join(signal)).toEqual({ ok: true, state: 'queued' });
        expect(await host.market.view()).toEqual({
          address: scene.market.address,
          pricePerSecond: PRICE,
          timeoutSeconds: 7200,
          waiting: 'hosts',
          position: 1,
          length: 1,
        });
        expect(await host.market.leave(signal)).toEqual({ ok: true, state: 'not-queued' });
        expect(await host.market.view()).toMatchObject({ waiting: 'nobody', position: null });
      });

      it('joining creates the NOS account that payments need', async () => {
        expect((await host.balances()).nos).toBeNull();
        await host.market.join(signal);
        expect((await host.balances()).nos).toBe(0n);
      });

      it('joining twice, even at the same time, leaves one place in the queue', async () => {
        const results = await Promise.all([host.market.join(signal), host.market.join(signal)]);
        expect(results).toEqual([
          { ok: true, state: 'queued' },
          { ok: true, state: 'queued' },
        ]);
        expect((await host.market.view()).length).toBe(1);
      });

      it('two programs with the same key leave one place too', async () => {
        const other = await scene.host({ settings: { get: () => null, set: () => undefined } });
        const results = await Promise.all([host.market.join(signal), other.market.join(signal)]);
        expect(results.every((result) => result.ok)).toBe(true);
        expect((await host.market.view()).length).toBe(1);
      });

      it('leaving where one is not is no fault', async () => {
        expect(await host.market.leave(signal)).toEqual({ ok: true, state: 'not-queued' });
      });

      it('a host without stake is told so, and what to do', async () => {
        const stranger = await scene.host({ signer: await poorSigner(scene) });
        const result = await stranger.market.join(signal);
        expect(result).toMatchObject({ ok: false, problem: { code: 'network.no-stake' } });
      });
    });

    describe('an offer', () => {
      it('is pushed to a watching host the moment a poster lists a job', async () => {
        const seen = watch(host);
        await host.market.join(signal);
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
        await host.connect({ ...scene.endpoints, wsUrl: 'ws://127.0.0.1:9' });
        const seen = watch(host);
        await host.market.join(signal);
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
        expect(await restarted.market.pendingRuns()).toEqual([offer]);
        expect(await watch(restarted).offer()).toEqual(offer);
      });

      it('comes at once where jobs are waiting, and a host with a run takes no second one', async () => {
        await scene.poster.list(await aDocument(scene), TIMEOUT);
        await scene.poster.list(await aDocument(scene), TIMEOUT);
        const seen = watch(host);
        expect(await host.market.join(signal)).toEqual({ ok: true, state: 'has-run' });
        await seen.offer();
        expect(await host.market.join(signal)).toEqual({ ok: true, state: 'has-run' });
        expect((await host.market.view()).length).toBe(1);
        expect(await host.market.pendingRuns()).toHaveLength(1);
      });

      it('the queue is shown as it changes', async () => {
        const seen = watch(host);
        await host.market.join(signal);
        await expect.poll(() => seen.views.at(-1)?.position).toBe(1);
        await host.market.leave(signal);
        await expect.poll(() => seen.views.at(-1)?.position).toBeNull();
      });
    });

    describe('settling', () => {
      it('finish pays the seconds used to the base unit, and refunds the rest', async () => {
        const { offer } = await assigned(scene, host);
        const posterHad = await scene.see.nosOf(scene.poster.address);
        scene.letPass(offer.assignedAt, 600);
        const resultCid = await host.storeDocument(Buffer.from('{"status":"success"}'), signal);
        const transaction = await host.signSettlement(offer, 'finish', resultCid);
        expect(await host.sendTransaction(transaction, signal)).toEqual({ state: 'confirmed' });

        const assignment = await host.readAssignment(offer, signal);
        if (assignment.state !== 'settled') throw new Error(assignment.state);
        expect(assignment.resultCid).toBe(resultCid);
        // The chain's clock goes on while we send: the job account's own times are the truth.
        const job = await scene.see.job(offer.job);
        expect(assignment.paidSeconds).toBe(Number(job.timeEnd - job.timeStart));
        expect(assignment.paidSeconds).toBeGreaterThanOrEqual(600);
        expect(assignment.payoutBaseUnits).toBe(PRICE * (job.timeEnd - job.timeStart));
        expect((await host.balances()).nos).toBe(assignment.payoutBaseUnits);
        const refund = (await scene.see.nosOf(scene.poster.address)) - posterHad;
        expect(assignment.refundBaseUnits).toBe(refund);
        expect(assignment.payoutBaseUnits + refund).toBe(PRICE * BigInt(TIMEOUT));
        expect(await scene.see.exists(offer.run)).toBe(false);
      });

      it('never pays more than the timeout', async () => {
        const { offer } = await assigned(scene, host);
        scene.letPass(offer.assignedAt, TIMEOUT + 500);
        await settle(scene, host, offer, 'finish');
        expect(await host.readAssignment(offer, signal)).toMatchObject({
          state: 'settled',
          paidSeconds: TIMEOUT,
          payoutBaseUnits: PRICE * BigInt(TIMEOUT),
          refundBaseUnits: 0n,
        });
      });

      it('an extension is seen, and counts', async () => {
        const { offer } = await assigned(scene, host);
        let changes = 0;
        const stop = host.watchAssignment(offer, () => changes++);
        await scene.poster.extend(offer.job, 2 * TIMEOUT);
        await expect
          .poll(() => host.readAssignment(offer, signal))
          .toEqual({ state: 'assigned', timeoutSeconds: 2 * TIMEOUT });
        expect(changes).toBeGreaterThan(0);
        stop();
        scene.letPass(offer.assignedAt, TIMEOUT + 500);
        await settle(scene, host, offer, 'finish');
        const paid = await host.readAssignment(offer, signal);
        expect(paid.state === 'settled' && paid.paidSeconds > TIMEOUT).toBe(true);
      });

      it('after the poster ended the job, the host is paid and can still attach its result', async () => {
        const { offer } = await assigned(scene, host);
        const changed = new Promise<void>((resolve) => {
          host.watchAssignment(offer, () => {
            void host.readAssignment(offer, signal).then((now) => {
              if (now.state === 'ended-by-client') resolve();
            });
          });
        });
        scene.letPass(offer.assignedAt, 100);
        await scene.poster.end(offer.job, offer.run, host.host);
        await changed;
        const ended = await host.readAssignment(offer, signal);
        if (ended.state !== 'ended-by-client') throw new Error(ended.state);
        expect(ended.resultSet).toBe(false);
        expect((await host.balances()).nos).toBe(ended.payoutBaseUnits);

        const resultCid = await settle(scene, host, offer, 'complete');
        expect(await host.readAssignment(offer, signal)).toMatchObject({
          state: 'settled',
          resultCid,
          payoutBaseUnits: ended.payoutBaseUnits,
        });
      });

      it('quit gives the run up, unpaid', async () => {
        const { offer } = await assigned(scene, host);
        scene.letPass(offer.assignedAt, 100);
        await settle(scene, host, offer, 'quit');
        expect(await host.readAssignment(offer, signal)).toEqual({ state: 'gone' });
        expect((await host.balances()).nos).toBe(0n);
      });

      it('the program\'s wish for accounts of "finish" is asked once and remembered', async () => {
        const { offer } = await assigned(scene, host);
        await settle(scene, host, offer, 'finish');
        const remembered = [...scene.settings.values].filter(([key]) => key.includes('shape'));
        expect(remembered).toEqual([[expect.stringContaining('finish-shape'), 'ten']]);
      });

      it('a closed run cannot be settled: nothing is signed', async () => {
        const { offer } = await assigned(scene, host);
        await settle(scene, host, offer, 'finish');
        const cid = await aDocument(scene);
        await expect(host.signSettlement(offer, 'finish', cid)).rejects.toMatchObject({
          code: 'network.job-changed',
        });
      });
    });

    describe('a crash between signing and knowing', () => {
      it('before sending: after its life the transaction is expired, and a new one settles', async () => {
        const { offer } = await assigned(scene, host);
        const lost = await host.signSettlement(offer, 'finish', await aDocument(scene));
        expect(await host.transactionStatus(lost)).toEqual({ state: 'pending' });
        await scene.passBlocks(165);
        const restarted = await scene.host();
        expect(await restarted.transactionStatus(lost)).toEqual({ state: 'expired' });
        expect(await restarted.readAssignment(offer, signal)).toMatchObject({ state: 'assigned' });
        await settle(scene, restarted, offer, 'finish');
      });

      it('after sending: the same bytes sent again land once', async () => {
        const { offer } = await assigned(scene, host);
        const transaction = await host.signSettlement(offer, 'finish', await aDocument(scene));
        expect(await host.sendTransaction(transaction, signal)).toEqual({ state: 'confirmed' });
        const { nos } = await host.balances();
        const restarted = await scene.host();
        expect(await restarted.transactionStatus(transaction)).toEqual({ state: 'confirmed' });
        expect(await restarted.sendTransaction(transaction, signal)).toEqual({
          state: 'confirmed',
        });
        expect((await restarted.balances()).nos).toBe(nos);
      });

      it('two settlements of one run: the second is refused, and pays nothing', async () => {
        const { offer } = await assigned(scene, host);
        const first = await host.signSettlement(offer, 'finish', await aDocument(scene));
        const second = await host.signSettlement(offer, 'finish', await aDocument(scene));
        expect(await host.sendTransaction(first, signal)).toEqual({ state: 'confirmed' });
        const { nos } = await host.balances();
        expect(await host.sendTransaction(second, signal)).toMatchObject({
          state: 'rejected',
          problem: { code: 'network.job-changed' },
        });
        expect((await host.balances()).nos).toBe(nos);
      });

      it('a transaction for another chain is expired at once', async () => {
        const { offer } = await assigned(scene, host);
        const signed = await host.signSettlement(offer, 'quit', null);
        const elsewhere = { ...signed, genesis: 'AnotherChain' };
        expect(await host.sendTransaction(elsewhere, signal)).toEqual({ state: 'expired' });
        expect(await host.transactionStatus(elsewhere)).toEqual({ state: 'expired' });
        expect(await host.readAssignment(offer, signal)).toMatchObject({ state: 'assigned' });
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
        expect(await host.market.join(signal)).toMatchObject({
          ok: false,
          problem: { code: 'network.not-connected' },
        });
      });

      it('after the chain was replaced, the watches go on on the new one', async () => {
        const seen = watch(host);
        let told = 0;
        host.onChange(() => told++);
        const next = await startScene();
        try {
          next.chain.fundSol(host.host, 1_000_000_000n);
          await host.connect(next.endpoints);
          expect(told).toBeGreaterThan(0);
          expect(host.genesis).toBe(await next.rpc.getGenesisHash());
          await expect.poll(() => seen.problems.at(-1)).toBe('network.market-missing');
        } finally {
          host.disconnect();
          await next.stop();
        }
      });
    });
  },
);

/** What a watcher of the market has heard. */
function watch(host: NosanaNetwork) {
  const offers: Offer[] = [];
  const views: MarketView[] = [];
  const problems: (string | null)[] = [];
  host.market.watch({
    onOffer: (offer) => offers.push(offer),
    onQueue: (view) => views.push(view),
    onProblem: (problem) => problems.push(problem?.code ?? null),
  });
  const offer = async (): Promise<Offer> => {
    await expect.poll(() => offers.length, { timeout: 30_000 }).toBeGreaterThan(0);
    const [first] = offers;
    if (first === undefined) throw new Error('no offer');
    return first;
  };
  return { offers, views, problems, offer };
}

/** A host that has joined and got a job. */
async function assigned(scene: Scene, host: NosanaNetwork) {
  const seen = watch(host);
  expect(await host.market.join(AbortSignal.timeout(30_000))).toMatchObject({ ok: true });
  await scene.poster.list(await aDocument(scene), TIMEOUT);
  return { offer: await seen.offer(), seen };
}

async function settle(
  scene: Scene,
  host: NosanaNetwork,
  offer: Offer,
  kind: 'finish' | 'complete' | 'quit',
): Promise<string | null> {
  const resultCid = kind === 'quit' ? null : await aDocument(scene);
  const transaction = await host.signSettlement(offer, kind, resultCid);
  const status = await host.sendTransaction(transaction, AbortSignal.timeout(30_000));
  expect(status).toEqual({ state: 'confirmed' });
  return resultCid;
}

function aDocument(scene: Scene): Promise<string> {
  return scene.content.add(Buffer.from(`{"n":${scene.content.documents.size}}`));
}

/** Long enough for a second offer to come, if one did. */
function settledDown(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1000));
}

async function poorSigner(scene: Scene) {
  const { throwawaySigner } = await import('../../../../app/adapters/solana/signer.ts');
  const signer = throwawaySigner();
  scene.chain.fundSol(signer.address, 1_000_000_000n);
  return signer;
}
