import { tokenAddress } from '../../adapters/solana/token.ts';
import type { Instruction } from '../../adapters/solana/types.ts';
import { ByteWriter } from './bytes.ts';
import { anchorInstruction, ref, systemProgram, tokenProgram } from './instruction.ts';
import { rewardAddress, stakeAddress, stakeVault, type NosanaPrograms } from './programs.ts';

/*
 * Every call of the Staking program that the owner of a stake signs. Order and rights of the
 * accounts: nosana-programs, programs/nosana-staking/src/instructions/*.rs. `authority` is the host
 * whose stake it is; it pays the rent, and its own NOS account gives and takes the tokens.
 */

const RENT_SYSVAR = 'SysvarRent111111111111111111111111111111111';

/** What the program allows as a duration in seconds: 14 to 365 days. (nosana-staking, state.rs) */
export const STAKE_SECONDS = { shortest: 1_209_600n, longest: 31_536_000n } as const;

/** Creates the stake with its vault and puts `amount` base units of NOS (0 is allowed) into it. */
export function stake(
  programs: NosanaPrograms,
  call: { authority: string; amount: bigint; durationSeconds: bigint },
): Instruction {
  const accounts = [
    ref.read(programs.nosMint),
    ref.write(tokenAddress(call.authority, programs.nosMint)),
    ref.write(stakeVault(programs, call.authority).address),
    ref.write(stakeAddress(programs, call.authority)),
    ref.signWrite(call.authority),
    systemProgram,
    tokenProgram,
    ref.read(RENT_SYSVAR),
  ];
  const args = new ByteWriter().u64(call.amount).u128(call.durationSeconds);
  return anchorInstruction(programs.staking, 'stake', accounts, args.toBytes());
}

/** Adds `amount` base units of NOS, at least 1; refused while unstaking. */
export function topup(
  programs: NosanaPrograms,
  call: { authority: string; amount: bigint },
): Instruction {
  const accounts = [
    ref.write(tokenAddress(call.authority, programs.nosMint)),
    ref.write(stakeVault(programs, call.authority).address),
    ref.write(stakeAddress(programs, call.authority)),
    ref.sign(call.authority),
    tokenProgram,
  ];
  const args = new ByteWriter().u64(call.amount);
  return anchorInstruction(programs.staking, 'topup', accounts, args.toBytes());
}

/** Makes the duration longer by `addedSeconds`, at least 1; refused while unstaking. */
export function extend(
  programs: NosanaPrograms,
  call: { authority: string; addedSeconds: bigint },
): Instruction {
  const accounts = [ref.write(stakeAddress(programs, call.authority)), ref.sign(call.authority)];
  const args = new ByteWriter().u64(call.addedSeconds);
  return anchorInstruction(programs.staking, 'extend', accounts, args.toBytes());
}

/**
 * Begins to release the stake: it counts for nothing at once, and its NOS is free bit by bit over
 * its duration. Refused while the owner has an account at the rewards program.
 */
export function unstake(programs: NosanaPrograms, call: { authority: string }): Instruction {
  return anchorInstruction(programs.staking, 'unstake', [
    ref.write(stakeAddress(programs, call.authority)),
    ref.read(rewardAddress(programs, call.authority)),
    ref.sign(call.authority),
  ]);
}

/** Takes an unstaking back: what the vault still holds is the stake again. */
export function restake(programs: NosanaPrograms, call: { authority: string }): Instruction {
  return anchorInstruction(programs.staking, 'restake', [
    ref.write(stakeVault(programs, call.authority).address),
    ref.write(stakeAddress(programs, call.authority)),
    ref.sign(call.authority),
  ]);
}

/** Moves what has been released since `unstake` to the owner's NOS account. */
export function withdraw(programs: NosanaPrograms, call: { authority: string }): Instruction {
  return anchorInstruction(programs.staking, 'withdraw', [
    ref.write(tokenAddress(call.authority, programs.nosMint)),
    ref.write(stakeVault(programs, call.authority).address),
    ref.write(stakeAddress(programs, call.authority)),
    ref.signWrite(call.authority),
    tokenProgram,
  ]);
}
