// What a stake counts for, and what each instruction asks of it (nosana-programs
// programs/nosana-staking/src/state.rs).
#pragma once
#include "load.h"

// Seconds: 14 and 365 days.
#define DURATION_MIN 1209600UL
#define DURATION_MAX 31536000UL

// xNOS = NOS times 1 + duration / (a third of the longest), in steps of 10^-15, rounded down.
#define PRECISION 1000000000000000UL

// There, the growth is duration * PRECISION / (4 * DURATION_MAX / 12) of 128 bits. The fraction is
// reduced here by 16,000 to PRECISION / 16000 = 62,500,000,000 over 657: same result, in 64 bits.
INLINE u64 growth_of(u64 duration) { return duration * 62500000000UL / 657; }

// BPF has no 128-bit product, so the amount is multiplied and divided bit by bit, as on paper.
FUNCTION void update_xnos(Stake *stake) {
  u64 high = 0, low = 0, rest = 0;
  u64 factor = stake->time_unstake ? 0 : PRECISION + growth_of(stake->duration);
  for (int bit = 63; bit >= 0; bit--) {
    rest = 2 * rest + ((stake->amount >> bit & 1) ? factor : 0);
    u64 digit = rest / PRECISION;
    rest -= digit * PRECISION;
    high = high << 1 | low >> 63;
    low = (low << 1) + digit;
    high += low < digit;
  }
  stake->xnos[0] = low;
  stake->xnos[1] = high;
}

FUNCTION u64 check_own_stake(const Account *account, const Account *authority) {
  TRY(check_stake(account));
  REQUIRE(same_key(stake_of(account)->authority, authority->key), "stake", UNAUTHORIZED);
  return 0;
}

FUNCTION u64 check_stake_vault(const Account *stake, const Account *vault) {
  REQUIRE(same_key(stake_of(stake)->vault, vault->key), "stake", INVALID_VAULT);
  return 0;
}
