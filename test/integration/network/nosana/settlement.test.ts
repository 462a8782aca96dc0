import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SYSTEM_PROGRAM } from '../../../../app/adapters/solana/addresses.ts';
import { tokenAddress } from '../../../../app/adapters/solana/token.ts';
import type { NosanaNetwork } from '../../../../app/network/nosana/nosana-network.ts';
import { NOSANA_PROGRAMS } from '../../../../app/network/nosana/programs.ts';
import { chainProblem } from '../../../fakes/chain/surfpool.ts';
import { startScene, type Scene } from '../../../fakes/network/nosana-scene.ts';
import { aDocument, assigned, settle, TIMEOUT } from '../../../fakes/network/nosana-steps.ts';

const PRICE = 48n;

describe.skipIf(chainProblem !== null)('a run on a real chain', () => {
  let scene: Scene;
  let host: NosanaNetwork;
  const signal = AbortSignal.timeout(600_000);

  beforeEach(async () => {
    scene = await startScene({ pricePerSecond: PRICE });
    host = await scene.host();
  });
  afterEach(() => scene.stop());

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

    it('the other shape of "finish" pays the same', async () => {
      scene.settings.set(`network.finish-shape.practice.${NOSANA_PROGRAMS.jobs}`, 'eleven');
      const { offer } = await assigned(scene, host);
      scene.letPass(offer.assignedAt, 100);
      await settle(scene, host, offer, 'finish');
      const { nos } = await host.balances();
      expect(await host.readAssignment(offer, signal)).toMatchObject({ payoutBaseUnits: nos });
      expect(nos).toBeGreaterThanOrEqual(100n * PRICE);
    });

    it('is paid even where the poster has closed his NOS account meanwhile', async () => {
      const { offer } = await assigned(scene, host);
      scene.letPass(offer.assignedAt, 100);
      const closed = tokenAddress(scene.poster.address, NOSANA_PROGRAMS.nosMint);
      scene.chain.put({
        address: closed,
        owner: SYSTEM_PROGRAM,
        data: Buffer.of(),
        lamports: 0n,
      });
      expect(await scene.see.exists(closed)).toBe(false);
      await settle(scene, host, offer, 'finish');
      const paid = await host.readAssignment(offer, signal);
      if (paid.state !== 'settled') throw new Error(paid.state);
      expect((await host.balances()).nos).toBe(paid.payoutBaseUnits);
      expect(await scene.see.tokens(closed)).toBe(paid.refundBaseUnits);
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
});
