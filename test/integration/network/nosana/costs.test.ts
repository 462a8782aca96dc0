import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { throwawaySigner } from '../../../../app/adapters/solana/signer.ts';
import type { CostItem } from '../../../../app/contract/costs.ts';
import { decodeStake } from '../../../../app/network/nosana/accounts.ts';
import type { NosanaNetwork } from '../../../../app/network/nosana/nosana-network.ts';
import {
  NOSANA_PROGRAMS,
  stakeAddress,
  stakeVault,
} from '../../../../app/network/nosana/programs.ts';
import { createMarket } from '../../../fakes/chain/market.ts';
import { chainProblem } from '../../../fakes/chain/surfpool.ts';
import { startScene, type Scene } from '../../../fakes/network/nosana-scene.ts';
import { aDocument, settle, TIMEOUT, watch } from '../../../fakes/network/nosana-steps.ts';

const signal = AbortSignal.timeout(600_000);
/** What is not taken when a host joins. */
const LATER = ['finish-fee', 'reserve'];

describe.skipIf(chainProblem !== null)('what joining costs', () => {
  let scene: Scene;
  let stranger: NosanaNetwork;

  beforeEach(async () => {
    scene = await startScene();
    const signer = throwawaySigner();
    scene.chain.fundSol(signer.address, 1_000_000_000n);
    stranger = await scene.host({ signer });
  });
  afterEach(() => scene.stop());

  const lamports = () => scene.rpc.getLamports(stranger.host);
  const costs = () => stranger.costs(scene.market.address);

  it('where a job waits is to the lamport what was told, with the rent of the run', async () => {
    await scene.poster.list(await aDocument(scene), TIMEOUT);
    const { items, balance } = await costs();
    const now = items.filter(({ code }) => !LATER.includes(code));
    expect(now.map(({ code }) => code)).toEqual([
      'nos-account',
      'stake-account',
      'stake-vault',
      'run-account',
      'work-fee',
    ]);
    expect(await stranger.session(scene.market.address).join(signal)).toEqual({
      ok: true,
      state: 'has-run',
    });
    expect(await lamports()).toBe(BigInt(balance) - sumOf(now));
  });

  it('for the run comes back with the settlement, as was told', async () => {
    await scene.poster.list(await aDocument(scene), TIMEOUT);
    const { items } = await costs();
    const seen = watch(scene, stranger);
    await stranger.session(scene.market.address).join(signal);
    const offer = await seen.offer();
    const had = await lamports();
    await settle(scene, stranger, offer, 'finish');
    const part = (code: CostItem['code']) => sumOf(items.filter((item) => item.code === code));
    expect(await lamports()).toBe(had + part('run-account') - part('finish-fee'));
  });

  it('where hosts queue is no rent of a run: the poster who comes pays it', async () => {
    const host = await scene.host();
    await host.session(scene.market.address).join(signal);
    const { items } = await costs();
    expect(items.map(({ code }) => code)).not.toContain('run-account');
    await stranger.session(scene.market.address).join(signal);
    await host.session(scene.market.address).leave(signal);
    const had = await lamports();
    const seen = watch(scene, stranger);
    const { run } = await scene.poster.list(await aDocument(scene), TIMEOUT);
    expect((await seen.offer()).run).toBe(run);
    expect((await scene.see.run(run)).payer).toBe(scene.poster.address);
    expect(await lamports()).toBe(had);
  });

  it('of a stake buys one of 0 NOS for 14 days, which no market with a minimum takes', async () => {
    await stranger.session(scene.market.address).join(signal);
    await stranger.session(scene.market.address).leave(signal);
    const { data } = await scene.see.account(stakeAddress(NOSANA_PROGRAMS, stranger.host));
    const vault = stakeVault(NOSANA_PROGRAMS, stranger.host);
    expect(decodeStake(data)).toEqual({
      amount: 0n,
      authority: stranger.host,
      durationSeconds: 14n * 86_400n,
      timeUnstakeSeconds: 0n,
      vault: vault.address,
      vaultBump: vault.bump,
      xnos: 0n,
    });
    expect(await scene.see.tokens(vault.address)).toBe(0n);
    const strict = createMarket(scene.chain, { xnosMinimum: 1n });
    expect(await stranger.session(strict.address).join(signal)).toMatchObject({
      ok: false,
      problem: { code: 'network.stake-too-low' },
    });
  });
});

function sumOf(items: readonly CostItem[]): bigint {
  return items.reduce((sum, { lamports }) => sum + BigInt(lamports), 0n);
}
