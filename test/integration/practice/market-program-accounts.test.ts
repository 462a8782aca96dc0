import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addresses, nosAccountOf, vaultOf } from '../../fakes/chain/addresses.ts';
import { encodeMint } from '../../fakes/chain/layouts.ts';
import { must, Play } from '../../fakes/chain/play.ts';
import type { Listing } from '../../fakes/chain/play.ts';
import type { Outcome } from '../../fakes/chain/sender.ts';
import { chainProblem } from '../../fakes/chain/surfpool.ts';
import { startTestChain } from '../../fakes/chain/test-chain.ts';
import type { TestChain } from '../../fakes/chain/test-chain.ts';

/** What is refused: an account of the market program, a token account, or a program, that is something else. */
const state = 'an account of another program';
const tokens = 'an account of the market program';
const program = 'a wallet';
type Stranger = typeof state | typeof tokens | typeof program;

const refusals: Record<Stranger, Outcome> = {
  [state]: '3007 AccountOwnedByWrongProgram',
  [tokens]: '3007 AccountOwnedByWrongProgram',
  [program]: '3008 InvalidProgramId',
};

describe.skipIf(chainProblem !== null)(
  `The accounts that a practice market is given ${chainProblem ?? ''}`,
  () => {
    let chain: TestChain;
    let p: Play;
    beforeAll(async () => {
      chain = await startTestChain();
    });
    afterAll(() => chain.stop());
    beforeEach(() => {
      p = new Play(chain, {});
    });

    it('to open: NOS, the rent of the chain, and the two programs', async () => {
      const market = p.sender.newKey();
      const vault = vaultOf(market).address;
      const otherMint = p.sender.newKey();
      const data = encodeMint({ supply: 1n, decimals: 6 });
      chain.put({ address: otherMint, owner: addresses.tokenProgram, data });
      const open = (changes: Parameters<Play['open']>[1]): Promise<Outcome> =>
        p.open({ market, vault }, changes);
      expect(await open({ mint: p.market.address })).toBe('3007 AccountOwnedByWrongProgram');
      expect(await open({ mint: otherMint })).toBe('6006 InvalidMint');
      expect(await open({ rent: p.node })).toBe('3015 AccountSysvarMismatch');
      expect(await open({ systemProgram: p.node })).toBe('3008 InvalidProgramId');
      expect(await open({ tokenProgram: p.node })).toBe('3008 InvalidProgramId');
    });

    it('to look for work', async () => {
      await refusesEach(async (changes) => (await p.work(changes)).outcome, {
        market: state,
        stake: state,
        nft: tokens,
        systemProgram: program,
      });
    });

    it('to stop waiting', async () => {
      must((await p.work()).outcome);
      await refusesEach((changes) => p.stop(changes), { market: state });
    });

    it('to list a job', async () => {
      await refusesEach(async (changes) => (await p.list(60n, changes)).outcome, {
        market: state,
        user: tokens,
        vault: tokens,
        rewardsProgram: program,
        tokenProgram: program,
        systemProgram: program,
      });
    });

    it('to extend a job', async () => {
      const { job } = await p.list(60n);
      await refusesEach((changes) => p.extend(job, 120n, changes), {
        job: state,
        market: state,
        user: tokens,
        vault: tokens,
        rewardsProgram: program,
        tokenProgram: program,
      });
    });

    it('to end a job', async () => {
      const { job, run } = await p.running();
      await refusesEach((changes) => p.end(job, run, changes), {
        job: state,
        market: state,
        run: state,
        deposit: tokens,
        user: tokens,
        vault: tokens,
        tokenProgram: program,
      });
    });

    it('to delist a job', async () => {
      const { job } = await p.list();
      await refusesEach((changes) => p.delist(job, changes), {
        job: state,
        market: state,
        deposit: tokens,
        vault: tokens,
        tokenProgram: program,
      });
    });

    it('to recover a job', async () => {
      const { job } = await stopped();
      await refusesEach((changes) => p.recover(job, changes), {
        job: state,
        market: state,
        vault: tokens,
        user: tokens,
        tokenProgram: program,
      });
    });

    it('to claim a job', async () => {
      const { job } = await stopped();
      await refusesEach(async (changes) => (await p.claim(job, changes)).outcome, {
        job: state,
        market: state,
        stake: state,
        nft: tokens,
        systemProgram: program,
      });
    });

    it('to finish a job', async () => {
      const { job, run } = await p.running();
      await refusesEach((changes) => p.finish(job, run, { changes }), {
        job: state,
        run: state,
        market: state,
        vault: tokens,
        deposit: tokens,
        user: tokens,
        tokenProgram: program,
      });
    });

    it('to complete, to quit and to clean a job', async () => {
      const { job, run } = await p.running();
      await refusesEach((changes) => p.complete(job, undefined, changes), { job: state });
      await refusesEach((changes) => p.quit(job, run, changes), { job: state, run: state });
      must(await p.finish(job, run));
      await refusesEach((changes) => p.clean(job, changes), { job: state, market: state });
    });

    describe('must be whole', () => {
      const stop = (market: string): Promise<Outcome> => p.stop({ market });

      it('an account too short for its code', async () => {
        expect(await stop(await cut(7))).toBe('3001 AccountDiscriminatorNotFound');
      });

      it('an account that ends within its fields', async () => {
        expect(await stop(await cut(150))).toBe('3003 AccountDidNotDeserialize');
        const { job } = await p.list();
        const { data } = await p.see.account(job);
        chain.put({ address: job, owner: addresses.jobsProgram, data: data.subarray(0, 232) });
        expect(await p.complete(job)).toBe('3003 AccountDidNotDeserialize');
      });

      it('a market that says jobs wait, and has none', async () => {
        const market = await cut(10_232);
        const { data } = await p.see.account(market);
        data.writeUInt8(0, 146);
        chain.put({ address: market, owner: addresses.jobsProgram, data });
        expect((await p.work({ market })).outcome).toBe('ProgramFailedToComplete');
        expect(p.sender.logs).toContainEqual(expect.stringContaining('panicked'));
      });

      it('a market whose queue says that it is longer than the account', async () => {
        expect(await stop(await cut(151 + 64, 3))).toBe('3003 AccountDidNotDeserialize');
      });

      it('a market whose queue says that it is longer than any', async () => {
        expect(await stop(await cut(20_000, 315))).toBe('3003 AccountDidNotDeserialize');
      });

      it('a token account of 165 bytes that was set up', async () => {
        const refused = async (bytes: number): Promise<Outcome> => {
          const address = p.sender.newKey();
          chain.put({ address, owner: addresses.tokenProgram, data: Buffer.alloc(bytes) });
          return (await p.work({ nft: address })).outcome;
        };
        expect(await refused(164)).toBe('InvalidAccountData');
        expect(await refused(165)).toBe('UninitializedAccount');
      });

      it('a market with room for one more in its account, not only in its queue', async () => {
        const market = await cut(151);
        expect((await p.work({ market })).outcome).toBe('3004 AccountDidNotSerialize');
      });
    });

    /** A copy of the market, of so many bytes and with so long a queue. */
    async function cut(bytes: number, queueLength = 0): Promise<string> {
      const { data } = await p.see.account(p.market.address);
      const copy = Buffer.alloc(bytes);
      data.copy(copy, 0, 0, bytes);
      if (queueLength > 0) copy.writeUInt32LE(queueLength, 147);
      const address = p.sender.newKey();
      chain.put({ address, owner: addresses.jobsProgram, data: copy });
      return address;
    }

    /** Puts a stranger in the place of each account in turn, and expects each to be noticed. */
    async function refusesEach<Name extends string>(
      attempt: (changes: Partial<Record<Name, string>>) => Promise<Outcome>,
      accounts: Readonly<Record<Name, Stranger>>,
    ): Promise<void> {
      const strangers: Record<Stranger, string> = {
        [state]: nosAccountOf(p.node),
        [tokens]: p.market.address,
        [program]: p.person(),
      };
      for (const name in accounts) {
        const changes: Partial<Record<Name, string>> = {};
        changes[name] = strangers[accounts[name]];
        expect(await attempt(changes), name).toBe(refusals[accounts[name]]);
      }
    }

    async function stopped(): Promise<Listing> {
      const listing = await p.running();
      must(await p.quit(listing.job, listing.run));
      return listing;
    }
  },
);
