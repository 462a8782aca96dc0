import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addresses, nosAccountOf } from '../../fakes/chain/addresses.ts';
import { encodeTokenAccount } from '../../fakes/chain/layouts.ts';
import { createMarket } from '../../fakes/chain/market.ts';
import type { OracleInstruction } from '../../fakes/chain/oracle.ts';
import { must, nullHash, Play } from '../../fakes/chain/play.ts';
import type { Listing } from '../../fakes/chain/play.ts';
import { chainProblem } from '../../fakes/chain/surfpool.ts';
import { startTestChain } from '../../fakes/chain/test-chain.ts';
import type { TestChain } from '../../fakes/chain/test-chain.ts';

describe.skipIf(chainProblem !== null)(
  `What the practice market refuses, with Nosana's numbers ${chainProblem ?? ''}`,
  () => {
    let chain: TestChain;
    let p: Play;
    /** Another market of the same poster, and somebody with no part in anything. */
    let elsewhere: string;
    let stranger: string;
    beforeAll(async () => {
      chain = await startTestChain();
    });
    afterAll(() => chain.stop());
    beforeEach(() => {
      p = new Play(chain, {});
      elsewhere = createMarket(chain).address;
      stranger = p.person(500n);
    });

    describe('finish', () => {
      let job: string;
      let run: string;
      beforeEach(async () => {
        ({ job, run } = await p.running());
      });

      it.each([
        ['a stranger', () => ({ authority: stranger }), '6000 Unauthorized'],
        ['another market', () => ({ market: elsewhere }), '6000 InvalidMarketAccount'],
        ['a stranger who takes the refund', () => ({ payerJob: stranger }), '6008 InvalidPayer'],
        ['a stranger who takes the rent', () => ({ payerRun: stranger }), '6008 InvalidPayer'],
        [
          'a refund account of another',
          () => ({ deposit: nosAccountOf(stranger) }),
          '6011 InvalidATA',
        ],
        [
          'a vault that is not the market’s',
          () => ({ vault: nosAccountOf(stranger) }),
          '6007 InvalidVault',
        ],
        ['an account for other tokens', () => ({ user: otherTokens(p.node) }), '6011 InvalidATA'],
        [
          'a token program of one’s own',
          () => ({ tokenProgram: stranger }),
          '3008 InvalidProgramId',
        ],
        [
          'a job in the place of the Run',
          () => ({ run: job }),
          '3002 AccountDiscriminatorMismatch',
        ],
      ])('by or with %s', async (_, changes, refusal) => {
        expect(await p.finish(job, run, { changes: changes() })).toBe(refusal);
      });

      it('with no result', async () => {
        expect(await p.finish(job, run, { result: nullHash })).toBe('6006 JobResultNull');
      });

      it('of one job with the Run of another', async () => {
        const other = await secondRunning();
        expect(await p.finish(job, other.run)).toBe('6003 InvalidJobAccount');
      });

      it('twice', async () => {
        must(await p.finish(job, run));
        expect(await p.finish(job, run)).toBe('3012 AccountNotInitialized');
      });

      it('without the signature of the node', async () => {
        const unsigned = withRole(p.finishInstruction(job, run), 8, 0);
        expect(await p.sender.attempt(unsigned)).toBe('3010 AccountNotSigner');
      });

      it('with a Run that is not marked writable', async () => {
        const readOnly = withRole(p.finishInstruction(job, run), 1, 0);
        expect(await p.sender.attempt(readOnly)).toBe('2000 ConstraintMut');
      });

      it('with accounts missing', async () => {
        const whole = p.finishInstruction(job, run);
        const short = { ...whole, accounts: whole.accounts.slice(0, 9) };
        expect(await p.sender.attempt(short)).toBe('3005 AccountNotEnoughKeys');
      });
    });

    describe('end', () => {
      it.each([
        ['a stranger', () => ({ authority: stranger }), '6000 Unauthorized'],
        ['another market', () => ({ market: elsewhere }), '6000 InvalidMarketAccount'],
        ['a stranger who takes the rent', () => ({ payer: stranger }), '6008 InvalidPayer'],
        [
          'a refund account of another',
          () => ({ deposit: nosAccountOf(stranger) }),
          '6011 InvalidATA',
        ],
        [
          'pay for another than the node',
          () => ({ user: nosAccountOf(stranger) }),
          '6011 InvalidATA',
        ],
        [
          'a vault that is not the market’s',
          () => ({ vault: nosAccountOf(stranger) }),
          '6007 InvalidVault',
        ],
      ])('by or with %s', async (_, changes, refusal) => {
        const { job, run } = await p.running();
        expect(await p.end(job, run, changes())).toBe(refusal);
      });

      it('of one job with the Run of another', async () => {
        const { job } = await p.running();
        const other = await secondRunning();
        expect(await p.end(job, other.run)).toBe('6003 InvalidJobAccount');
      });

      it('of a job that no node has', async () => {
        const { job, run } = await p.list();
        expect(await p.end(job, run)).toBe('3012 AccountNotInitialized');
      });
    });

    describe('complete', () => {
      it('of a job that still runs', async () => {
        const { job } = await p.running();
        expect(await p.complete(job)).toBe('6004 JobInWrongState');
      });

      it('by another than the node of the job', async () => {
        const { job, run } = await p.running();
        must(await p.end(job, run));
        expect(await p.complete(job, undefined, { authority: stranger })).toBe('6000 Unauthorized');
      });

      it('of a job that was finished with a result', async () => {
        const { job, run } = await p.running();
        must(await p.finish(job, run));
        expect(await p.complete(job)).toBe('6010 JobResultsAlreadySet');
      });
    });

    describe('quit', () => {
      it.each([
        ['a stranger', () => ({ authority: stranger }), '6000 Unauthorized'],
        ['a stranger who takes the rent', () => ({ payer: stranger }), '6008 InvalidPayer'],
      ])('by or with %s', async (_, changes, refusal) => {
        const { job, run } = await p.running();
        expect(await p.quit(job, run, changes())).toBe(refusal);
      });

      it('of one job with the Run of another', async () => {
        const { job } = await p.running();
        const other = await secondRunning();
        expect(await p.quit(job, other.run)).toBe('6003 InvalidJobAccount');
      });
    });

    describe('claim', () => {
      it('of a job that nobody quit', async () => {
        const { job } = await p.list();
        expect((await p.claim(job)).outcome).toBe('6004 JobInWrongState');
      });

      it('in another market', async () => {
        const { job } = await stopped();
        expect((await p.claim(job, { market: elsewhere })).outcome).toBe(
          '6000 InvalidMarketAccount',
        );
      });

      it('with too little stake', async () => {
        p = new Play(chain, {});
        const { job } = await stopped();
        const dear = createMarket(chain, { address: p.market.address, xnosMinimum: 1n });
        expect((await p.claim(job, { market: dear.address })).outcome).toBe(
          '6013 NodeNotEnoughStake',
        );
      });
    });

    describe('extend', () => {
      it.each([
        ['the same timeout', 3600n],
        ['a shorter timeout', 3599n],
      ])('to %s', async (_, timeout) => {
        const { job } = await p.list(3600n);
        expect(await p.extend(job, timeout)).toBe('6008 JobTimeoutNotGreater');
      });

      it.each([
        ['a stranger', () => ({ authority: stranger }), '6000 Unauthorized'],
        ['another payer', () => ({ payer: stranger }), '6000 Unauthorized'],
        ['another market', () => ({ market: elsewhere }), '6000 InvalidMarketAccount'],
        ['the NOS of another', () => ({ user: nosAccountOf(stranger) }), '6011 InvalidATA'],
        [
          'a vault that is not the market’s',
          () => ({ vault: nosAccountOf(stranger) }),
          '6007 InvalidVault',
        ],
        [
          'a rewards program of one’s own',
          () => ({ rewardsProgram: stranger }),
          '3008 InvalidProgramId',
        ],
      ])('by or with %s', async (_, changes, refusal) => {
        const { job } = await p.list();
        expect(await p.extend(job, 7200n, changes())).toBe(refusal);
      });

      it('of a job that is done', async () => {
        const { job, run } = await p.running();
        must(await p.finish(job, run));
        expect(await p.extend(job, 7200n)).toBe('6004 JobInWrongState');
      });
    });

    describe('delist', () => {
      it.each([
        ['a stranger', () => ({ authority: stranger }), '6000 Unauthorized'],
        ['a stranger who takes the rent', () => ({ payer: stranger }), '6008 InvalidPayer'],
        ['another market', () => ({ market: elsewhere }), '6000 InvalidMarketAccount'],
        [
          'a refund account of another',
          () => ({ deposit: nosAccountOf(stranger) }),
          '6011 InvalidATA',
        ],
        [
          'a vault that is not the market’s',
          () => ({ vault: nosAccountOf(stranger) }),
          '6007 InvalidVault',
        ],
      ])('by or with %s', async (_, changes, refusal) => {
        const { job } = await p.list();
        expect(await p.delist(job, changes())).toBe(refusal);
      });

      it('of a job that was quit', async () => {
        const { job } = await stopped();
        expect(await p.delist(job)).toBe('6004 JobInWrongState');
      });
    });

    describe('recover', () => {
      it('of a job that nobody quit', async () => {
        const { job } = await p.list();
        expect(await p.recover(job)).toBe('6004 JobInWrongState');
      });

      it.each([
        ['a stranger', () => ({ authority: stranger }), '6000 Unauthorized'],
        ['a stranger who takes the rent', () => ({ payer: stranger }), '6008 InvalidPayer'],
        ['another market', () => ({ market: elsewhere }), '6000 InvalidMarketAccount'],
        [
          'a vault that is not the market’s',
          () => ({ vault: nosAccountOf(stranger) }),
          '6007 InvalidVault',
        ],
      ])('by or with %s', async (_, changes, refusal) => {
        const { job } = await stopped();
        expect(await p.recover(job, changes())).toBe(refusal);
      });
    });

    describe('clean', () => {
      it('of a job that is not done', async () => {
        const { job } = await p.running();
        expect(await p.clean(job)).toBe('6004 JobInWrongState');
      });

      it('with a stranger who takes the rent', async () => {
        const { job, run } = await p.running();
        must(await p.finish(job, run));
        expect(await p.clean(job, { payer: stranger })).toBe('6008 InvalidPayer');
      });
    });

    describe('list', () => {
      it.each([
        ['the NOS of another', () => ({ user: nosAccountOf(stranger) }), '6011 InvalidATA'],
        [
          'a vault that is not the market’s',
          () => ({ vault: nosAccountOf(stranger) }),
          '6007 InvalidVault',
        ],
        ['a Run address in use', () => ({ run: stranger }), '6002 LamportsNonNull'],
        ['no account for NOS', () => ({ user: p.sender.newKey() }), '3012 AccountNotInitialized'],
      ])('with %s', async (_, changes, refusal) => {
        expect((await p.list(60n, changes())).outcome).toBe(refusal);
      });

      it('at the address of another job', async () => {
        const { job } = await p.list();
        // 0 is "account already in use" of the system program.
        expect((await p.list(60n, { job })).outcome).toBe('custom 0');
      });
    });

    describe('work', () => {
      it('without the signature of the address for the Run', async () => {
        const unsigned = withRole(p.workInstruction(p.sender.newKey()), 0, 1);
        expect(await p.sender.attempt(unsigned)).toBe('6003 MissingSignature');
      });
    });

    describe('an instruction', () => {
      it.each([
        ['that it does not know', 'ffffffffffffffff', '101 InstructionFallbackNotFound'],
        ['that is cut off', '4349aa', '101 InstructionFallbackNotFound'],
        ['without its arguments', '434aaa847de9b625', '102 InstructionDidNotDeserialize'],
      ])('%s', async (_, hex, refusal) => {
        const { job, run } = await p.list();
        const instruction = { ...p.finishInstruction(job, run), data: Buffer.from(hex, 'hex') };
        expect(await p.sender.attempt(instruction)).toBe(refusal);
      });
    });

    /** A job that its node has quit. */
    async function stopped(): Promise<Listing> {
      const listing = await p.running();
      must(await p.quit(listing.job, listing.run));
      return listing;
    }

    /** A second job, with another node. */
    async function secondRunning(): Promise<Listing> {
      must((await p.work({ authority: p.person() })).outcome);
      return p.list();
    }

    function otherTokens(owner: string): string {
      const address = p.sender.newKey();
      const data = encodeTokenAccount({ mint: p.sender.newKey(), owner, amount: 0n });
      chain.put({ address, owner: addresses.tokenProgram, data });
      return address;
    }
  },
);

/** The same instruction with another role for one account: 0 read, 1 write, 2 sign, 3 both. */
function withRole(instruction: OracleInstruction, place: number, role: number): OracleInstruction {
  const accounts = instruction.accounts.map((a, i) => (i === place ? { ...a, role } : a));
  return { ...instruction, accounts };
}
