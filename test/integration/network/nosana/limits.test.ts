import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SYSTEM_PROGRAM } from '../../../../app/adapters/solana/addresses.ts';
import { tokenAddress } from '../../../../app/adapters/solana/token.ts';
import type { Signer } from '../../../../app/adapters/solana/types.ts';
import { DEFAULT_FEES } from '../../../../app/network/nosana/fees.ts';
import { NOSANA_PROGRAMS } from '../../../../app/network/nosana/programs.ts';
import { chainProblem } from '../../../fakes/chain/surfpool.ts';
import { startScene, type Scene } from '../../../fakes/network/nosana-scene.ts';
import { assigned, settle } from '../../../fakes/network/nosana-steps.ts';

const signal = AbortSignal.timeout(600_000);
const RESERVE = DEFAULT_FEES.reserveLamports();
const SIGNATURE = 5_000n;
/** Rent of an account of 165 bytes. */
const TOKEN_RENT = 2_039_280n;

let scene: Scene;

describe.skipIf(chainProblem !== null)('a wallet below the reserve of its owner', () => {
  beforeEach(async () => {
    scene = await startScene();
  });
  afterEach(() => scene.stop());

  it.each(['finish', 'quit'] as const)(
    'still pays for "%s", and for nothing else',
    async (kind) => {
      const host = await scene.host();
      const { offer } = await assigned(scene, host);
      scene.letPass(offer.assignedAt, 100);
      scene.chain.fundSol(host.host, RESERVE - 1n);
      await settle(scene, host, offer, kind);
      expect(await scene.rpc.getLamports(host.host)).toBe(RESERVE - 1n - SIGNATURE);
      const { nos } = await host.balances();
      if (kind === 'finish') expect(nos).toBeGreaterThan(0n);
      else expect(nos).toBe(0n);

      expect(await host.session(scene.market.address).join(signal)).toMatchObject({
        ok: false,
        problem: { code: 'network.no-sol' },
      });
      expect(await scene.rpc.getLamports(host.host)).toBe(RESERVE - 1n - SIGNATURE);
    },
  );

  it('still attaches its result to a job that the poster has ended', async () => {
    const host = await scene.host();
    const { offer } = await assigned(scene, host);
    await scene.poster.end(offer.job, offer.run, host.host);
    scene.chain.fundSol(host.host, RESERVE - 1n);
    const resultCid = await settle(scene, host, offer, 'complete');
    expect(await host.readAssignment(offer, signal)).toMatchObject({ state: 'settled', resultCid });
  });

  it('takes even the rent of the NOS account that a poster closed from what is reserved', async () => {
    const host = await scene.host();
    const { offer } = await assigned(scene, host);
    scene.letPass(offer.assignedAt, 100);
    const closed = tokenAddress(scene.poster.address, NOSANA_PROGRAMS.nosMint);
    const nothing = { owner: SYSTEM_PROGRAM, data: Buffer.of(), lamports: 0n };
    scene.chain.put({ address: closed, ...nothing });
    scene.chain.fundSol(host.host, RESERVE - 1n);
    await settle(scene, host, offer, 'finish');
    expect(await host.readAssignment(offer, signal)).toMatchObject({ state: 'settled' });
    expect(await scene.rpc.getLamports(host.host)).toBe(RESERVE - 1n - SIGNATURE - TOKEN_RENT);
  });

  it('settles also where the owner raised the reserve above all he has during the job', async () => {
    let reserve = 0n;
    const fees = { ...DEFAULT_FEES, reserveLamports: () => reserve };
    const host = await scene.host({ fees });
    const { offer } = await assigned(scene, host);
    reserve = 10n ** 18n;
    await settle(scene, host, offer, 'finish');
    expect(await host.readAssignment(offer, signal)).toMatchObject({ state: 'settled' });
  });
});

describe.skipIf(chainProblem !== null)('a limit of fees below what two signatures cost', () => {
  beforeEach(async () => {
    scene = await startScene();
  });
  afterEach(() => scene.stop());

  /** With the key of the host, whose use is counted. */
  const limited = async (practice: boolean, limit: () => bigint) => {
    const { signer, used } = counting(scene.hostSigner);
    const fees = { ...DEFAULT_FEES, maxFeeLamports: limit };
    return { host: await scene.host({ practice, fees, signer }), used };
  };

  it.each([
    ['fees are offered', false],
    ['nothing is offered, as on practice', true],
  ])('keeps the host out where %s, and nothing is signed', async (_name, practice) => {
    let limit = 2n * SIGNATURE - 1n;
    const { host, used } = await limited(practice, () => limit);
    const had = await scene.rpc.getLamports(host.host);
    const session = host.session(scene.market.address);
    expect(await session.join(signal)).toMatchObject({
      ok: false,
      problem: {
        code: 'network.fee-cap',
        message: 'This transaction costs at least 10000 lamports; your limit is 9999 lamports.',
      },
    });
    expect(used()).toBe(0);
    expect([...scene.settings.values.keys()].filter((key) => key.includes('join'))).toEqual([]);
    expect(await session.view()).toMatchObject({ waiting: 'nobody', position: null });
    expect(await scene.rpc.getLamports(host.host)).toBe(had);

    limit += 1n;
    expect(await session.join(signal)).toEqual({ ok: true, state: 'queued' });
    expect(used()).toBe(1);
  });

  it('is told before: the costs name the fee that the chain takes, and that it is above', async () => {
    const { host, used } = await limited(false, () => 2n * SIGNATURE - 1n);
    const { items, missing } = await host.costs(scene.market.address);
    const fees = items.filter(({ code }) => code.endsWith('-fee'));
    expect(fees.map(({ code, lamports }) => [code, lamports])).toEqual([
      ['work-fee', '10000'],
      ['finish-fee', '9999'],
    ]);
    expect(fees[0]?.text).toContain('above your own limit');
    expect(fees[1]?.text).toContain('at most');
    expect(missing).toBe('0');
    expect(used()).toBe(0);
  });

  it('pays the host all the same: that takes one signature', async () => {
    let limit = DEFAULT_FEES.maxFeeLamports();
    const { host } = await limited(true, () => limit);
    const { offer } = await assigned(scene, host);
    limit = SIGNATURE;
    await settle(scene, host, offer, 'finish');
    expect(await host.readAssignment(offer, signal)).toMatchObject({ state: 'settled' });
  });
});

/** The same key, and how often it was used. */
function counting(key: Signer): { signer: Signer; used: () => number } {
  let times = 0;
  const sign: Signer['sign'] = (message) => {
    times++;
    return key.sign(message);
  };
  return { signer: { address: key.address, sign }, used: () => times };
}
