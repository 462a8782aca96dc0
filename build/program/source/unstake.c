// Instructions that release a stake bit by bit, and take that back.
#include "address.h"
#include "token.h"
#include "xnos.h"

// common/src/utils.rs: Rust panics where the account is too short to say that it is closed.
INLINE int is_closed(const Account *account) {
  if (same_key(account->owner, SYSTEM_PROGRAM)) return 1;
  panic_if(account->length < 8);
  return *(u64 *)account->data == ~0UL;
}

// unstake.rs: the stake counts for nothing from now on, and its duration begins to pass.
FUNCTION u64 unstake(Account *a) {
  Account *stake = &a[0], *reward = &a[1], *authority = &a[2];
  TRY(check_roles(a, "wrs"));
  TRY(check_own_stake(stake, authority));
  Stake *state = stake_of(stake);
  REQUIRE(!state->time_unstake, "stake", ALREADY_UNSTAKED);
  REQUIRE(is_reward_of(reward->key, authority->key), "reward", INVALID_ACCOUNT);
  REQUIRE(is_closed(reward), "reward", HAS_REWARD);
  state->time_unstake = now();
  update_xnos(state);
  return 0;
}

// restake.rs: what the vault still holds is the stake again.
FUNCTION u64 restake(Account *a) {
  Account *vault = &a[0], *stake = &a[1], *authority = &a[2];
  TRY(check_roles(a, "wws"));
  TRY(check_token_account(vault));
  TRY(check_own_stake(stake, authority));
  TRY(check_stake_vault(stake, vault));
  Stake *state = stake_of(stake);
  REQUIRE(state->time_unstake, "stake", ALREADY_STAKED);
  state->amount = token_of(vault)->amount;
  state->time_unstake = 0;
  update_xnos(state);
  return 0;
}

// state.rs withdraw: the part of the stake that is free by now, less what was taken out before.
// Rounded down twice, and in this order, as there.
FUNCTION u64 released(const Stake *stake, u64 balance) {
  i64 passed;
  panic_if(__builtin_sub_overflow(now(), stake->time_unstake, &passed));
  panic_if(passed < 0);
  u64 elapsed = (u64)passed, amount = stake->amount;
  if (elapsed >= stake->duration) return balance;
  u64 larger = amount > elapsed ? amount : elapsed;
  panic_if(!larger);
  u64 precision = ~0UL / larger - 1;
  panic_if(!precision);
  u64 share = elapsed * precision / stake->duration * amount / precision;
  panic_if(balance > amount || share < amount - balance);
  return share - (amount - balance);
}

// withdraw.rs: pays what has been released into any NOS account of the owner's choice.
FUNCTION u64 withdraw(Account *a) {
  Account *user = &a[0], *vault = &a[1], *stake = &a[2], *authority = &a[3], *token = &a[4];
  TRY(check_roles(a, "wwwxr"));
  TRY(check_token_account(user));
  TRY(check_token_account(vault));
  TRY(check_own_stake(stake, authority));
  TRY(check_program(token, TOKEN_PROGRAM));
  REQUIRE(token_of(vault)->amount, "vault", VAULT_EMPTY);
  TRY(check_stake_vault(stake, vault));
  Stake *state = stake_of(stake);
  REQUIRE(state->time_unstake, "stake", NOT_UNSTAKED);

  u64 amount = released(state, token_of(vault)->amount);
  if (!amount) return 0;
  // The vault is its own authority; the program signs for it (macros.rs, seeds).
  const Seed seeds[] = {
      {(const u8 *)"vault", 5}, {NOS_MINT, 32}, {authority->key, 32}, {&state->vault_bump, 1}};
  const Signer signer = {seeds, 4};
  return transfer(vault, user, vault, amount, &signer);
}
