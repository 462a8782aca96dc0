// Addresses that are computed instead of chosen: nosana-programs common/src/pda.rs.
#pragma once
#include "ids.h"
#include "runtime.h"

FUNCTION int is_derived(const u8 *key, const Seed *seeds, u64 count, const u8 *program) {
  u64 found[4];
  u8 bump;
  if (sol_try_find_program_address(seeds, count, program, (u8 *)found, &bump)) return 0;
  return same_key((const u8 *)found, key);
}

// The token account in which a wallet keeps its NOS.
SHARED int is_nos_account_of(const u8 *key, const u8 *wallet) {
  const Seed seeds[] = {{wallet, 32}, {TOKEN_PROGRAM, 32}, {NOS_MINT, 32}};
  return is_derived(key, seeds, 3, ASSOCIATED_TOKEN_PROGRAM);
}

SHARED int is_stake_of(const u8 *key, const u8 *wallet) {
  const Seed seeds[] = {{(const u8 *)"stake", 5}, {NOS_MINT, 32}, {wallet, 32}};
  return is_derived(key, seeds, 3, STAKING_PROGRAM);
}

// The account of a staker at the rewards program.
SHARED int is_reward_of(const u8 *key, const u8 *wallet) {
  const Seed seeds[] = {{(const u8 *)"reward", 6}, {wallet, 32}};
  return is_derived(key, seeds, 2, REWARDS_PROGRAM);
}

SHARED int is_metadata_of(const u8 *key, const u8 *mint) {
  const Seed seeds[] = {{(const u8 *)"metadata", 8}, {METADATA_PROGRAM, 32}, {mint, 32}};
  return is_derived(key, seeds, 3, METADATA_PROGRAM);
}
