import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { throwawaySigner } from '../../../../app/adapters/solana/signer.ts';
import { tokenAddress } from '../../../../app/adapters/solana/token.ts';
import { ByteWriter } from '../../../../app/network/nosana/bytes.ts';
import { metadataAddress, NOSANA_PROGRAMS } from '../../../../app/network/nosana/programs.ts';
import { addresses } from '../../../fakes/chain/addresses.ts';
import { encodeTokenAccount } from '../../../fakes/chain/layouts.ts';
import { createStake } from '../../../fakes/chain/market.ts';
import { chainProblem } from '../../../fakes/chain/surfpool.ts';
import { startScene, type Scene } from '../../../fakes/network/nosana-scene.ts';

const signal = AbortSignal.timeout(600_000);

describe.skipIf(chainProblem !== null)('a market that not everybody may enter', () => {
  const collection = throwawaySigner().address;
  let scene: Scene;
  beforeEach(async () => {
    scene = await startScene({ accessKey: collection, xnosMinimum: 1_000n });
  });
  afterEach(() => scene.stop());

  it('asks for the stake first, then for the access key, and then lets the host in', async () => {
    const host = await scene.host();
    expect(await host.session(scene.market.address).join(signal)).toMatchObject({
      ok: false,
      problem: { code: 'network.stake-too-low' },
    });
    createStake(scene.chain, host.host, 1_000n);
    expect(await host.session(scene.market.address).join(signal)).toMatchObject({
      ok: false,
      problem: { code: 'network.no-access-key' },
    });
    giveAccessKey(scene, host.host, collection);
    expect(await host.session(scene.market.address).join(signal)).toEqual({
      ok: true,
      state: 'queued',
    });
  });
});

describe.skipIf(chainProblem !== null)('joining, over a crash', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await startScene();
    const cid = await scene.content.add(Buffer.from('{}'));
    await scene.poster.list(cid);
    await scene.poster.list(cid);
  });
  afterEach(() => scene.stop());

  /** A host that dies right after it wrote down what it is about to send. */
  async function crashWhileJoining(): Promise<void> {
    const crash = new AbortController();
    const settings = {
      ...scene.settings,
      set: (key: string, value: string) => {
        scene.settings.set(key, value);
        if (key.includes('join')) crash.abort();
      },
    };
    const host = await scene.host({ settings });
    await host.session(scene.market.address).join(crash.signal);
    host.disconnect();
  }

  it('takes one of two waiting jobs, not both, by the transaction it wrote down', async () => {
    await crashWhileJoining();
    expect([...scene.settings.values.values()]).toEqual([expect.stringContaining('"wire"')]);
    const restarted = await scene.host();
    expect(await restarted.session(scene.market.address).join(signal)).toEqual({
      ok: true,
      state: 'has-run',
    });
    expect(await restarted.session(scene.market.address).pendingRuns()).toHaveLength(1);
    expect((await restarted.session(scene.market.address).view()).length).toBe(1);
  });

  it('remembers the transaction until its end is known, and no longer', async () => {
    await crashWhileJoining();
    const restarted = await scene.host();
    await restarted.session(scene.market.address).join(signal);
    const kept = [...scene.settings.values].filter(([key]) => key.includes('join'));
    expect(kept.map(([, value]) => value)).toEqual(['']);
  });

  it('a transaction of a chain that is gone does not hold it up', async () => {
    await crashWhileJoining();
    for (const [key, value] of scene.settings.values) {
      scene.settings.set(key, value.replace(/"genesis":"[^"]*"/, '"genesis":"Elsewhere"'));
    }
    const restarted = await scene.host();
    expect(await restarted.session(scene.market.address).join(signal)).toEqual({
      ok: true,
      state: 'has-run',
    });
  });
});

describe.skipIf(chainProblem !== null)('a host without SOL', () => {
  it('is told to get some', async () => {
    const scene = await startScene();
    const poor = throwawaySigner();
    createStake(scene.chain, poor.address);
    scene.chain.fundNos(poor.address, 0n);
    const host = await scene.host({ signer: poor });
    expect(await host.session(scene.market.address).join(signal)).toMatchObject({
      ok: false,
      problem: { code: 'network.no-sol' },
    });
    await scene.stop();
  });
});

/** One token of a mint that is a verified member of the collection. */
function giveAccessKey(scene: Scene, owner: string, collection: string): void {
  const mint = throwawaySigner().address;
  scene.chain.put({
    address: tokenAddress(owner, mint),
    owner: addresses.tokenProgram,
    data: encodeTokenAccount({ mint, owner, amount: 1n }),
  });
  const metadata = new ByteWriter().u8(4).address(collection).address(mint);
  for (const text of ['Access', 'KEY', 'https://example.org']) {
    metadata.u32(text.length).bytes(Buffer.from(text));
  }
  // No fee, no creators, immutable, no nonce, no standard; then the collection, verified.
  metadata.bytes(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1, 1)).address(collection);
  scene.chain.put({
    address: metadataAddress(mint),
    owner: addresses.metadataProgram,
    data: metadata.bytes(new Uint8Array(100)).toBytes(),
  });
  expect(tokenAddress(owner, mint)).not.toBe(tokenAddress(owner, NOSANA_PROGRAMS.nosMint));
}
