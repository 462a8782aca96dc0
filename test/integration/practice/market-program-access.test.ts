import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addresses, metadataOf } from '../../fakes/chain/addresses.ts';
import { encodeMetadata, encodeMint, encodeTokenAccount } from '../../fakes/chain/layouts.ts';
import { must, Play } from '../../fakes/chain/play.ts';
import { chainProblem } from '../../fakes/chain/surfpool.ts';
import { startTestChain } from '../../fakes/chain/test-chain.ts';
import type { TestChain } from '../../fakes/chain/test-chain.ts';

describe.skipIf(chainProblem !== null)(
  `A practice market that asks for an access key ${chainProblem ?? ''}`,
  () => {
    let chain: TestChain;
    let p: Play;
    let collection: string;
    beforeAll(async () => {
      chain = await startTestChain();
    });
    afterAll(() => chain.stop());
    beforeEach(() => {
      p = new Play(chain, {});
      collection = p.sender.newKey();
      p = new Play(chain, { accessKey: collection });
    });

    it('lets a node in that owns a token of the verified collection', async () => {
      expect((await p.work(key())).outcome).toBe('done');
    });

    it('does not let in a node with no more than its NOS account', async () => {
      const { outcome } = await p.work();
      expect(outcome).toBe('6017 NodeNftInvalidAmount');
    });

    it.each([
      { what: 'whose collection is not verified', metadata: { verified: false } },
      { what: 'without a collection', metadata: { collection: null } },
      { what: 'of another collection', metadata: { collection: addresses.nosMint } },
    ])('refuses a token $what', async ({ metadata }) => {
      expect((await p.work(key({ metadata }))).outcome).toBe('6018 NodeKeyInvalidCollection');
    });

    it('refuses the metadata of another token', async () => {
      const { metadata } = key();
      expect((await p.work({ ...key(), metadata })).outcome).toBe('6018 NodeKeyInvalidCollection');
    });

    it('refuses metadata that end too early', async () => {
      const { nft, metadata } = key({ bytes: 150 });
      expect((await p.work({ nft, metadata })).outcome).toBe('6018 NodeKeyInvalidCollection');
    });

    it("refuses somebody else's token", async () => {
      expect((await p.work(key({ owner: p.poster }))).outcome).toBe('6016 NodeNftWrongOwner');
    });

    it('refuses a token account that the token has left', async () => {
      expect((await p.work(key({ amount: 0n }))).outcome).toBe('6017 NodeNftInvalidAmount');
    });

    it('asks the same of a node that claims a job', async () => {
      must((await p.work(key())).outcome);
      const { job, run } = await p.list();
      must(await p.quit(job, run));
      const unverified = key({ metadata: { verified: false } });
      expect((await p.claim(job, unverified)).outcome).toBe('6018 NodeKeyInvalidCollection');
      expect((await p.claim(job, key())).outcome).toBe('done');
    });

    /** Puts an access token of the node's onto the chain and returns the two accounts that show it. */
    function key(
      flaws: {
        owner?: string;
        amount?: bigint;
        bytes?: number;
        metadata?: { verified?: boolean; collection?: string | null };
      } = {},
    ): { nft: string; metadata: string } {
      const mint = p.sender.newKey();
      const nft = p.sender.newKey();
      const owner = flaws.owner ?? p.node;
      const minted = encodeMint({ supply: 1n, decimals: 0 });
      chain.put({ address: mint, owner: addresses.tokenProgram, data: minted });
      const token = encodeTokenAccount({ mint, owner, amount: flaws.amount ?? 1n });
      chain.put({ address: nft, owner: addresses.tokenProgram, data: token });
      const data = encodeMetadata({ mint, collection, verified: true, ...flaws.metadata });
      chain.put({
        address: metadataOf(mint),
        owner: addresses.metadataProgram,
        data: data.subarray(0, flaws.bytes),
      });
      return { nft, metadata: metadataOf(mint) };
    }
  },
);
