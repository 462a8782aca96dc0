import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  addresses,
  nosAccountOf,
  rewardOf,
  stakeOf,
  stakeVaultOf,
} from '../../fakes/chain/addresses.ts';
import { encodeMint, encodeTokenAccount } from '../../fakes/chain/layouts.ts';
import { must } from '../../fakes/chain/play.ts';
import type { Outcome } from '../../fakes/chain/sender.ts';
import { fortnight, StakePlay } from '../../fakes/chain/stake-play.ts';
import { chainProblem } from '../../fakes/chain/surfpool.ts';
import { startTestChain, type TestChain } from '../../fakes/chain/test-chain.ts';

const year = 31_536_000n;
const u64Max = (1n << 64n) - 1n;

describe.skipIf(chainProblem !== null)(
  `What the practice staking refuses, with Nosana's numbers ${chainProblem ?? ''}`,
  () => {
    let chain: TestChain;
    let p: StakePlay;
    /** Somebody with NOS and no part in this stake. */
    let stranger: string;
    beforeAll(async () => {
      chain = await startTestChain();
    });
    afterAll(() => chain.stop());
    beforeEach(() => {
      p = new StakePlay(chain);
      stranger = p.person(500n);
    });

    describe('stake', () => {
      it.each([
        ['a day too short', fortnight - 1n, '6007 DurationTooShort'],
        ['a second too long', year + 1n, '6008 DurationTooLong'],
        ['as long as the number allows', (1n << 128n) - 1n, '6008 DurationTooLong'],
        ['of no time and 2^64 times round', 1n << 64n, '6008 DurationTooLong'],
      ])('that is %s', async (_, duration, refusal) => {
        expect(await p.stake(1n, duration)).toBe(refusal);
        expect(await p.see.exists(p.stakeAddress)).toBe(false);
        expect(await p.see.exists(p.vault)).toBe(false);
      });

      it('of more than there is, and leaves nothing behind', async () => {
        expect(await p.stake(1_000_000_001n)).toBe('custom 1'); // SPL Token: InsufficientFunds
        expect(await p.see.exists(p.stakeAddress)).toBe(false);
      });

      it('twice', async () => {
        must(await p.stake(1n));
        expect(await p.stake(1n)).toBe('custom 0'); // system program: AccountAlreadyInUse
      });

      it.each([
        ['the vault of another', () => ({ vault: stakeVaultOf(stranger) }), '2006 ConstraintSeeds'],
        ['the stake of another', () => ({ stake: stakeOf(stranger) }), '2006 ConstraintSeeds'],
        ['NOS of another', () => ({ user: nosAccountOf(stranger) }), 'custom 4'], // OwnerMismatch
        ['another mint', () => ({ mint: otherMint() }), '6006 InvalidMint'],
        ['no mint', () => ({ mint: stranger }), '3007 AccountOwnedByWrongProgram'],
        ['no tokens', () => ({ user: stranger }), '3007 AccountOwnedByWrongProgram'],
        ['another system', () => ({ systemProgram: stranger }), '3008 InvalidProgramId'],
        ['other tokens', () => ({ tokenProgram: stranger }), '3008 InvalidProgramId'],
        ['another rent', () => ({ rent: stranger }), '3015 AccountSysvarMismatch'],
      ])('with %s', async (_, changes, refusal) => {
        expect(await p.stake(1n, fortnight, changes())).toBe(refusal);
      });
    });

    describe('what is done with a stake', () => {
      beforeEach(async () => must(await p.stake(100n)));

      it('by anybody but its owner', async () => {
        const changes = { authority: stranger };
        expect(await p.topup(1n, changes)).toBe('6000 Unauthorized');
        expect(await p.extend(1n, changes)).toBe('6000 Unauthorized');
        expect(await p.unstake(changes)).toBe('6000 Unauthorized');
        must(await p.unstake());
        expect(await p.restake(changes)).toBe('6000 Unauthorized');
        expect(await p.withdraw(changes)).toBe('6000 Unauthorized');
      });

      it('with an account that is no stake', async () => {
        const changes = { stake: stranger };
        const refusal = '3007 AccountOwnedByWrongProgram';
        expect(await p.topup(1n, changes)).toBe(refusal);
        expect(await p.extend(1n, changes)).toBe(refusal);
        expect(await p.unstake(changes)).toBe(refusal);
        expect(await p.restake(changes)).toBe(refusal);
        expect(await p.withdraw(changes)).toBe(refusal);
      });

      it('with a vault that is not its own', async () => {
        const changes = { vault: nosAccountOf(stranger) };
        expect(await p.topup(1n, changes)).toBe('6007 InvalidVault');
        must(await p.unstake());
        expect(await p.restake(changes)).toBe('6007 InvalidVault');
        expect(await p.withdraw(changes)).toBe('6007 InvalidVault');
      });

      it('nothing added', async () => {
        expect(await p.topup(0n)).toBe('6000 AmountNotEnough');
        expect(await p.extend(0n)).toBe('6007 DurationTooShort');
      });

      it('more added than its numbers hold', async () => {
        expect(await p.topup(u64Max)).toBe('ProgramFailedToComplete');
        expect(await p.extend(u64Max)).toBe('ProgramFailedToComplete');
        expect(await p.extend(year)).toBe('6008 DurationTooLong');
      });

      it('taken back or paid out while it runs', async () => {
        expect(await p.restake()).toBe('6003 AlreadyStaked');
        expect(await p.withdraw()).toBe('6005 NotUnstaked');
      });

      it('released twice, or made larger or longer while it is released', async () => {
        must(await p.unstake());
        expect(await p.unstake()).toBe('6004 AlreadyUnstaked');
        expect(await p.topup(1n)).toBe('6004 AlreadyUnstaked');
        expect(await p.extend(1n)).toBe('6004 AlreadyUnstaked');
      });

      it('released while its owner still collects rewards', async () => {
        expect(await p.unstake({ reward: stranger })).toBe('6004 InvalidAccount');
        const reward = (data: Uint8Array): void =>
          chain.put({ address: rewardOf(p.owner), owner: addresses.rewardsProgram, data });
        reward(Buffer.alloc(7));
        expect(await p.unstake()).toBe('ProgramFailedToComplete');
        reward(Buffer.alloc(80));
        expect(await p.unstake()).toBe('6011 HasReward');
        reward(Buffer.alloc(80, 255)); // closed, as Anchor once marked it
        expect(await p.unstake()).toBe('done');
      });

      it('paid out into an account for other tokens', async () => {
        must(await p.unstake());
        await p.letPass(fortnight);
        const user = p.sender.newKey();
        const data = encodeTokenAccount({ mint: otherMint(), owner: p.owner, amount: 0n });
        chain.put({ address: user, owner: addresses.tokenProgram, data });
        expect(await p.withdraw({ user })).toBe('custom 3'); // SPL Token: MintMismatch
      });

      it('paid out of a vault that somebody added to, until all of it is free', async () => {
        must(await p.unstake());
        chain.put({
          address: p.vault,
          owner: addresses.tokenProgram,
          data: encodeTokenAccount({ mint: addresses.nosMint, owner: p.vault, amount: 101n }),
        });
        expect(await p.withdraw()).toBe('ProgramFailedToComplete');
        await p.letPass(fortnight);
        expect(await p.withdraw()).toBe('done');
      });

      it('paid out before it was released', async () => {
        must(await p.unstake());
        await rewriteUnstakeTime(1n << 62n);
        expect(await p.withdraw()).toBe('ProgramFailedToComplete');
      });
    });

    it('an instruction that it does not know', async () => {
      const programAddress = addresses.stakingProgram;
      const close = Buffer.from('62a5c9b16c41ce60', 'hex');
      const attempt = (data: Uint8Array): Promise<Outcome> =>
        p.sender.attempt({ programAddress, accounts: [], data });
      expect(await attempt(close)).toBe('101 InstructionFallbackNotFound');
      expect(await attempt(new Uint8Array(3))).toBe('101 InstructionFallbackNotFound');
      const halfStake = Buffer.from('ceb0ca12c8d1b36c00', 'hex');
      expect(await attempt(halfStake)).toBe('102 InstructionDidNotDeserialize');
    });

    function otherMint(): string {
      const address = p.sender.newKey();
      const data = encodeMint({ supply: 1n, decimals: 6 });
      chain.put({ address, owner: addresses.tokenProgram, data });
      return address;
    }

    async function rewriteUnstakeTime(seconds: bigint): Promise<void> {
      const { data } = await p.see.account(p.stakeAddress);
      data.writeBigInt64LE(seconds, 56);
      chain.put({ address: p.stakeAddress, owner: addresses.stakingProgram, data });
    }
  },
);
