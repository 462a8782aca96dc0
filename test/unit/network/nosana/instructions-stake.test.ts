import { StakingClient } from '@nosana/kit';
import { describe, expect, it } from 'vitest';
import { tokenAddress } from '../../../../app/adapters/solana/token.ts';
import * as own from '../../../../app/network/nosana/instructions-stake.ts';
import {
  NOSANA_PROGRAMS,
  rewardAddress,
  stakeAddress,
  stakeVault,
} from '../../../../app/network/nosana/programs.ts';
import { signerOf as theirSigner, toAddress as theirs } from '../../../fakes/chain/oracle.ts';
import {
  createExtremes,
  createGenerator,
  type Generator,
} from '../../../fakes/network/generator.ts';
import { plain } from '../../../fakes/network/nosana-oracle.ts';

const ROUNDS = 200;
const programs = NOSANA_PROGRAMS;

/** One stake with everything that can be said of it, and its accounts as Nosana's client names them. */
function scene(make: Generator) {
  const authority = make.address();
  return {
    authority,
    amount: make.unsigned(64),
    durationSeconds: make.unsigned(128),
    addedSeconds: make.unsigned(64),
    theirs: {
      user: theirs(tokenAddress(authority, programs.nosMint)),
      vault: theirs(stakeVault(programs, authority).address),
      stake: theirs(stakeAddress(programs, authority)),
      authority: theirSigner(authority),
    },
  };
}
type Scene = ReturnType<typeof scene>;

describe("what the owner of a stake signs is byte for byte what Nosana's own client builds", () => {
  same('stake', (s) => [
    own.stake(programs, s),
    StakingClient.getStakeInstruction({
      ...s.theirs,
      mint: theirs(programs.nosMint),
      amount: s.amount,
      duration: s.durationSeconds,
    }),
  ]);

  same('topup', (s) => [
    own.topup(programs, s),
    StakingClient.getTopupInstruction({ ...s.theirs, amount: s.amount }),
  ]);

  same('extend', (s) => [
    own.extend(programs, s),
    StakingClient.getExtendInstruction({ ...s.theirs, duration: s.addedSeconds }),
  ]);

  same('unstake', (s) => [
    own.unstake(programs, s),
    StakingClient.getUnstakeInstruction({
      ...s.theirs,
      reward: theirs(rewardAddress(programs, s.authority)),
    }),
  ]);

  same('restake', (s) => [own.restake(programs, s), StakingClient.getRestakeInstruction(s.theirs)]);

  same('withdraw', (s) => [
    own.withdraw(programs, s),
    StakingClient.getWithdrawInstruction(s.theirs),
  ]);
});

it('refuses an amount that the program has no room for', () => {
  const { authority } = scene(createGenerator(1));
  expect(() => own.topup(programs, { authority, amount: 1n << 64n })).toThrow(RangeError);
  const amount = -1n;
  expect(() => own.stake(programs, { authority, amount, durationSeconds: 1n })).toThrow(RangeError);
});

function same(name: string, build: (s: Scene) => [unknown, Parameters<typeof plain>[0]]): void {
  it(name, () => {
    for (let seed = 1; seed <= ROUNDS; seed++) {
      const [ours, built] = build(scene(createGenerator(seed)));
      expect(ours, `seed ${seed}`).toEqual(plain(built));
    }
    for (const end of ['smallest', 'largest'] as const) {
      const [ours, built] = build(scene(createExtremes(end)));
      expect(ours, end).toEqual(plain(built));
    }
  });
}
