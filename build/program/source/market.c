// Instructions of a market's owner. `update`, `close` and the admin's instructions are left out: the
// practice network never changes or closes a market.
#include "load.h"
#include "system.h"
#include "token.h"

// types.rs, From<u8> for JobType: everything above Gpu is Unknown.
INLINE u8 job_type_from(u8 number) { return number > JOB_TYPE_GPU ? JOB_TYPE_UNKNOWN : number; }

// open.rs: a market and its vault. The address of the vault follows from the market's.
FUNCTION u64 open(Account *a, const u8 *args) {
  Account *mint = &a[0], *market = &a[1], *vault = &a[2], *authority = &a[3];
  Account *access_key = &a[4], *rent = &a[5], *system = &a[6], *token = &a[7];
  TRY(check_roles(a, "rwwxrrrr"));
  TRY(check_owner(mint, TOKEN_PROGRAM));
  ENSURE(same_key(rent->key, RENT_SYSVAR), ACCOUNT_SYSVAR_MISMATCH);
  TRY(check_program(system, SYSTEM_PROGRAM));
  TRY(check_program(token, TOKEN_PROGRAM));
  REQUIRE(same_key(mint->key, NOS_MINT), "mint", INVALID_MINT);

  u64 derived[4];
  u8 bump;
  const Seed seeds[] = {{market->key, 32}, {mint->key, 32}, {&bump, 1}};
  const Signer signer = {seeds, 3};
  sol_try_find_program_address(seeds, 2, JOBS_PROGRAM, (u8 *)derived, &bump);
  REQUIRE(same_key((const u8 *)derived, vault->key), "vault", CONSTRAINT_SEEDS);

  TRY(create_account(authority, market, MARKET_SPACE, JOBS_PROGRAM, 0));
  TRY(create_account(authority, vault, TOKEN_ACCOUNT_SIZE, TOKEN_PROGRAM, &signer));
  TRY(initialize_token_account(vault, mint, vault->key));

  // i64 expiration, u64 price, i64 timeout, u8 job type, u128 smallest stake
  Market *state = market_of(market);
  state->discriminator = MARKET_ACCOUNT;
  copy_key(state->authority, authority->key);
  state->job_expiration = *(const i64 *)args;
  state->job_price = *(const u64 *)(args + 8);
  state->job_timeout = *(const i64 *)(args + 16);
  state->job_type = job_type_from(args[24]);
  copy_key(state->vault, vault->key);
  state->vault_bump = bump;
  copy_key(state->node_access_key, access_key->key);
  state->node_xnos_minimum[0] = *(const u64 *)(args + 25);
  state->node_xnos_minimum[1] = *(const u64 *)(args + 33);
  state->queue_type = QUEUE_EMPTY;
  state->queue_length = 0;
  return 0;
}
