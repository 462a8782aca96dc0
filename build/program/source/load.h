// The checks that Anchor makes of an instruction's accounts before the program's own rules run.
#pragma once
#include "errors.h"
#include "ids.h"
#include "layout.h"

// One letter an account, in order: w writable, s signer, x both, r neither.
FUNCTION u64 check_roles(const Account *a, const char *roles) {
  for (u64 i = 0; roles[i]; i++) {
    ENSURE(i < HEAP->count, ACCOUNT_NOT_ENOUGH_KEYS);
    ENSURE(a[i].signer || (roles[i] != 's' && roles[i] != 'x'), ACCOUNT_NOT_SIGNER);
    ENSURE(a[i].writable || (roles[i] != 'w' && roles[i] != 'x'), CONSTRAINT_MUT);
  }
  return 0;
}

FUNCTION u64 check_program(const Account *account, const u8 *program) {
  ENSURE(same_key(account->key, program), INVALID_PROGRAM_ID);
  return 0;
}

FUNCTION u64 check_owner(const Account *account, const u8 *program) {
  ENSURE(*account->lamports || !same_key(account->owner, SYSTEM_PROGRAM), ACCOUNT_NOT_INITIALIZED);
  ENSURE(same_key(account->owner, program), ACCOUNT_OWNED_BY_WRONG_PROGRAM);
  return 0;
}

FUNCTION u64 check_state(const Account *account, const u8 *program, u64 discriminator, u64 size) {
  TRY(check_owner(account, program));
  ENSURE(account->length >= 8, ACCOUNT_DISCRIMINATOR_NOT_FOUND);
  ENSURE(*(u64 *)account->data == discriminator, ACCOUNT_DISCRIMINATOR_MISMATCH);
  ENSURE(account->length >= size, ACCOUNT_DID_NOT_DESERIALIZE);
  return 0;
}

SHARED u64 check_market(const Account *account) {
  TRY(check_state(account, JOBS_PROGRAM, MARKET_ACCOUNT, MARKET_HEADER_SIZE));
  u64 queued = market_of(account)->queue_length;
  ENSURE(queued <= QUEUE_CAPACITY, ACCOUNT_DID_NOT_DESERIALIZE);
  ENSURE(MARKET_HEADER_SIZE + 32 * queued <= account->length, ACCOUNT_DID_NOT_DESERIALIZE);
  return 0;
}

INLINE u64 check_job(const Account *account) {
  return check_state(account, JOBS_PROGRAM, JOB_ACCOUNT, JOB_DATA_SIZE);
}

INLINE u64 check_run(const Account *account) {
  return check_state(account, JOBS_PROGRAM, RUN_ACCOUNT, RUN_DATA_SIZE);
}

INLINE u64 check_stake(const Account *account) {
  return check_state(account, STAKING_PROGRAM, STAKE_ACCOUNT, STAKE_DATA_SIZE);
}

// Anchor reads token accounts of the Token program alone, not those of Token-2022.
FUNCTION u64 check_token_account(const Account *account) {
  TRY(check_owner(account, TOKEN_PROGRAM));
  if (account->length != TOKEN_ACCOUNT_SIZE) return INVALID_ACCOUNT_DATA;
  if (!token_of(account)->state) return UNINITIALIZED_ACCOUNT;
  return 0;
}
