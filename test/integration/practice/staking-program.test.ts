import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decodeStake } from '../../../app/network/nosana/accounts.ts';
import { addresses } from '../../fakes/chain/addresses.ts';
import { must, Play } from '../../fakes/chain/play.ts';
import { fortnight, StakePlay } from '../../fakes/chain/stake-play.ts';
import { chainProblem } from '../../fakes/chain/surfpool.ts';
import { startTestChain, type TestChain } from '../../fakes/chain/test-chain.ts';
import { createGenerator } from '../../fakes/network/generator.ts';

const year = 31_536_000n;

describe.skipIf(chainProblem !== null)(`A stake on a practice chain ${chainProblem ?? ''}`, () => {
  let chain: TestChain;
  let p: StakePlay;
  beforeAll(async () => {
    chain = await startTestChain();
  });
  afterAll(() => chain.stop());
  beforeEach(() => {
    p = new StakePlay(chain);
  });

  describe('that is made', () => {
    it('keeps the NOS in a vault of its own, and says whose it is and for how long', async () => {
      must(await p.stake(400_000_000n, fortnight));
      expect(await p.account()).toMatchObject({
        amount: 400_000_000n,
        authority: p.owner,
        duration: fortnight,
        timeUnstake: 0n,
        vault: p.vault,
      });
      expect(await p.see.tokens(p.vault)).toBe(400_000_000n);
      expect(await p.see.nosOf(p.owner)).toBe(600_000_000n);
    });

    it('reads the same in our own code as in Nosana’s', async () => {
      must(await p.stake(400_000_000n, year));
      const theirs = await p.account();
      const { data } = await p.see.account(p.stakeAddress);
      expect(data).toHaveLength(120);
      expect(decodeStake(data)).toEqual({
        amount: theirs.amount,
        authority: theirs.authority,
        durationSeconds: theirs.duration,
        timeUnstakeSeconds: theirs.timeUnstake,
        vault: theirs.vault,
        vaultBump: theirs.vaultBump,
        xnos: theirs.xnos,
      });
    });

    it('may be of nothing: that is what a market without a minimum asks for', async () => {
      must(await p.stake(0n));
      expect(await p.account()).toMatchObject({ amount: 0n, xnos: 0n });
    });

    it('costs its owner the rent of two accounts, 120 and 165 bytes', async () => {
      const before = await p.see.lamportsOf(p.owner);
      must(await p.stake(0n));
      const rents = [120, 165].map((bytes) => BigInt(128 + bytes) * 6960n);
      expect(before - (await p.see.lamportsOf(p.owner))).toBe((rents[0] ?? 0n) + (rents[1] ?? 0n));
    });

    it('opens a market to its owner', async () => {
      must(await p.stake(480_000_000n)); // counts for 1.115 times as much
      expect(await workInMarketThatAsksFor(500_000_000n)).toBe('done');
    });

    it('does not open a market that asks for more', async () => {
      must(await p.stake(440_000_000n));
      expect(await workInMarketThatAsksFor(500_000_000n)).toBe('6013 NodeNotEnoughStake');
    });
  });

  describe('counts for more the longer it is kept', () => {
    it('14 days for 1.115 times, a year for four times', async () => {
      must(await p.stake(1_000_000n, fortnight));
      expect((await p.account()).xnos).toBe(1_115_068n);
      must(await p.extend(year - fortnight));
      expect((await p.account()).xnos).toBe(4_000_000n);
    });

    it('to the base unit as the published formula has it, for any amount and duration', async () => {
      const make = createGenerator(17);
      for (let round = 0; round < 25; round++) {
        // The add-on that funds wallets takes no more than 2^53.
        const amount = make.unsigned(64) & 0x1f_ffff_ffff_ffffn;
        const duration = fortnight + (make.unsigned(64) % (year - fortnight + 1n));
        const each = new StakePlay(chain, amount);
        must(await each.stake(amount, duration));
        expect((await each.account()).xnos, `${amount} for ${duration} s`).toBe(
          publishedXnos(amount, duration),
        );
      }
    });

    it('to the base unit also for the largest amount there can be', async () => {
      must(await p.stake(0n, year - 1n));
      await rewrite(p, (data) => data.writeBigUInt64LE((1n << 64n) - 1n, 8));
      must(await p.extend(1n));
      expect((await p.account()).xnos).toBe(4n * ((1n << 64n) - 1n));
    });
  });

  describe('that is topped up or extended', () => {
    beforeEach(async () => must(await p.stake(100_000_000n, fortnight)));

    it('grows by what is added', async () => {
      must(await p.topup(23n));
      expect(await p.account()).toMatchObject({
        amount: 100_000_023n,
        xnos: publishedXnos(100_000_023n, fortnight),
      });
      expect(await p.see.tokens(p.vault)).toBe(100_000_023n);
    });

    it('lasts longer by what is added, up to a year', async () => {
      must(await p.extend(1n));
      expect((await p.account()).duration).toBe(fortnight + 1n);
      must(await p.extend(year - fortnight - 1n));
      expect(await p.extend(1n)).toBe('6008 DurationTooLong');
    });
  });

  describe('that is released', () => {
    beforeEach(async () => {
      must(await p.stake(100_000_000n, 2n * fortnight));
      must(await p.unstake());
    });

    it('counts for nothing at once', async () => {
      const { timeUnstake, xnos, amount } = await p.account();
      expect(timeUnstake).toBeGreaterThan(0n);
      expect({ xnos, amount }).toEqual({ xnos: 0n, amount: 100_000_000n });
    });

    it('is free bit by bit, and never twice', async () => {
      await p.letPass(fortnight / 2n);
      must(await p.withdraw());
      expect(await p.see.nosOf(p.owner)).toBe(900_000_000n + 25_000_000n);
      must(await p.withdraw());
      await p.letPass(fortnight);
      must(await p.withdraw());
      expect(await p.see.nosOf(p.owner)).toBe(900_000_000n + 50_000_000n);
    });

    it('to the base unit as the published formula has it, at any time', async () => {
      const make = createGenerator(23);
      const duration = 2n * fortnight;
      let [passed, taken] = [0n, 0n];
      for (let round = 0; round < 25 && taken < 100_000_000n; round++) {
        passed += 1n + BigInt(make.below(150_000));
        await p.letPass(passed);
        must(await p.withdraw());
        taken += publishedRelease({ amount: 100_000_000n, taken, duration, passed });
        expect(await p.see.nosOf(p.owner), `after ${passed} s`).toBe(900_000_000n + taken);
      }
      expect(taken).toBeGreaterThan(50_000_000n);
    });

    it('is all free when its duration has passed', async () => {
      await p.letPass(2n * fortnight);
      must(await p.withdraw());
      expect(await p.see.nosOf(p.owner)).toBe(1_000_000_000n);
      expect(await p.withdraw()).toBe('6009 VaultEmpty');
    });

    it('can be taken back: what is left in the vault is the stake', async () => {
      await p.letPass(fortnight);
      must(await p.withdraw());
      const left = await p.see.tokens(p.vault);
      must(await p.restake());
      expect(await p.account()).toMatchObject({
        amount: left,
        timeUnstake: 0n,
        xnos: publishedXnos(left, 2n * fortnight),
      });
    });
  });

  function workInMarketThatAsksFor(xnosMinimum: bigint): Promise<string> {
    const play = new Play(chain, { xnosMinimum });
    return p.sender.attempt(play.workInstruction(p.sender.newKey(), p.owner));
  }
});

/** nosana-staking state.rs, update_xnos, in whole numbers. */
function publishedXnos(amount: bigint, duration: bigint): bigint {
  const precision = 10n ** 15n;
  const third = (4n * year) / 12n;
  return (((duration * precision) / third + precision) * amount) / precision;
}

/** nosana-staking state.rs, withdraw: what can be taken out of a vault from which `taken` was. */
function publishedRelease(stake: {
  amount: bigint;
  taken: bigint;
  duration: bigint;
  passed: bigint;
}): bigint {
  const { amount, taken, duration, passed } = stake;
  if (passed >= duration) return amount - taken;
  const larger = amount > passed ? amount : passed;
  const precision = ((1n << 64n) - 1n) / larger - 1n;
  return (((passed * precision) / duration) * amount) / precision - taken;
}

/** Changes bytes of a stake behind the program's back. */
async function rewrite(p: StakePlay, change: (data: Buffer) => void): Promise<void> {
  const { data } = await p.see.account(p.stakeAddress);
  change(data);
  p.chain.put({ address: p.stakeAddress, owner: addresses.stakingProgram, data });
}
