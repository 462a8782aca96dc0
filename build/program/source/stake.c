// Instructions that make a stake, and make it larger or longer.
#include "system.h"
#include "token.h"
#include "xnos.h"

// The address of the account must follow from its prefix, NOS and the owner; fills in the bump.
FUNCTION u64 check_seeds(const Account *account, const Seed *seeds, u8 *bump) {
  u64 derived[4];
  sol_try_find_program_address(seeds, 3, STAKING_PROGRAM, (u8 *)derived, bump);
  ENSURE(same_key((const u8 *)derived, account->key), CONSTRAINT_SEEDS);
  return 0;
}

// stake.rs: creates the stake and its vault, and fills it. Nothing is an amount, too.
FUNCTION u64 stake(Account *a, const u8 *args) {
  Account *mint = &a[0], *user = &a[1], *vault = &a[2], *stake = &a[3], *authority = &a[4];
  Account *system = &a[5], *token = &a[6], *rent = &a[7];
  TRY(check_roles(a, "rwwwxrrr"));
  TRY(check_owner(mint, TOKEN_PROGRAM));
  TRY(check_token_account(user));
  TRY(check_program(system, SYSTEM_PROGRAM));
  TRY(check_program(token, TOKEN_PROGRAM));
  ENSURE(same_key(rent->key, RENT_SYSVAR), ACCOUNT_SYSVAR_MISMATCH);
  REQUIRE(same_key(mint->key, NOS_MINT), "mint", INVALID_MINT);

  u8 vault_bump, stake_bump;
  const Seed vault_seeds[] = {
      {(const u8 *)"vault", 5}, {NOS_MINT, 32}, {authority->key, 32}, {&vault_bump, 1}};
  const Seed stake_seeds[] = {
      {(const u8 *)"stake", 5}, {NOS_MINT, 32}, {authority->key, 32}, {&stake_bump, 1}};
  const Signer for_vault = {vault_seeds, 4}, for_stake = {stake_seeds, 4};
  TRY(check_seeds(vault, vault_seeds, &vault_bump));
  TRY(check_seeds(stake, stake_seeds, &stake_bump));
  TRY(create_account(authority, vault, TOKEN_ACCOUNT_SIZE, TOKEN_PROGRAM, &for_vault));
  TRY(initialize_token_account(vault, mint, vault->key));
  TRY(create_account(authority, stake, STAKE_SPACE, STAKING_PROGRAM, &for_stake));

  // u64 amount, u128 duration
  u64 amount = *(const u64 *)args, duration = *(const u64 *)(args + 8);
  u64 duration_high = *(const u64 *)(args + 16);
  ENSURE(duration_high || duration >= DURATION_MIN, DURATION_TOO_SHORT);
  ENSURE(!duration_high && duration <= DURATION_MAX, DURATION_TOO_LONG);
  Stake *state = stake_of(stake);
  state->discriminator = STAKE_ACCOUNT;
  state->amount = amount;
  copy_key(state->authority, authority->key);
  state->duration = duration;
  copy_key(state->vault, vault->key);
  state->vault_bump = vault_bump;
  update_xnos(state);
  return transfer(user, vault, authority, amount, 0);
}

// topup.rs: more NOS for the stake.
FUNCTION u64 topup(Account *a, const u8 *args) {
  Account *user = &a[0], *vault = &a[1], *stake = &a[2], *authority = &a[3], *token = &a[4];
  TRY(check_roles(a, "wwwsr"));
  TRY(check_token_account(user));
  TRY(check_token_account(vault));
  TRY(check_own_stake(stake, authority));
  TRY(check_program(token, TOKEN_PROGRAM));
  TRY(check_stake_vault(stake, vault));
  Stake *state = stake_of(stake);
  REQUIRE(!state->time_unstake, "stake", ALREADY_UNSTAKED);

  u64 amount = *(const u64 *)args;
  ENSURE(amount > 0, AMOUNT_NOT_ENOUGH);
  panic_if(__builtin_add_overflow(state->amount, amount, &state->amount));
  update_xnos(state);
  return transfer(user, vault, authority, amount, 0);
}

// extend.rs: adds to the duration.
FUNCTION u64 extend(Account *a, const u8 *args) {
  Account *stake = &a[0], *authority = &a[1];
  TRY(check_roles(a, "ws"));
  TRY(check_own_stake(stake, authority));
  Stake *state = stake_of(stake);
  REQUIRE(!state->time_unstake, "stake", ALREADY_UNSTAKED);

  u64 added = *(const u64 *)args, duration;
  ENSURE(added > 0, DURATION_TOO_SHORT);
  panic_if(__builtin_add_overflow(state->duration, added, &duration));
  ENSURE(duration <= DURATION_MAX, DURATION_TOO_LONG);
  state->duration = duration;
  update_xnos(state);
  return 0;
}
