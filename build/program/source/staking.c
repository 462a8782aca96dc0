// The staking program of the practice network. It stands in for Nosana's, at the same address: same
// account layout, same instruction codes, same rules about money and time, same error numbers. The
// facts are from the public source (github.com/nosana-ci/nosana-programs, MIT), the code is ours.
//
// Known differences: init, close, slash and update_settings answer 101; when several rules are
// broken at once, another of them may be named.
#include "entry.h"
#include "stake.c"
#include "unstake.c"

u64 entrypoint(u8 *input) {
  u8 *at = read_accounts(input);
  u64 length = *(u64 *)at;
  const u8 *data = at + 8, *args = data + 8;
  Account *a = HEAP->accounts;
  ENSURE(length >= 8, INSTRUCTION_FALLBACK_NOT_FOUND);
  switch (*(const u64 *)data) {
    INSTRUCTION(IX_STAKE, "Stake", 24, stake(a, args));
    INSTRUCTION(IX_TOPUP, "Topup", 8, topup(a, args));
    INSTRUCTION(IX_EXTEND, "Extend", 8, extend(a, args));
    INSTRUCTION(IX_UNSTAKE, "Unstake", 0, unstake(a));
    INSTRUCTION(IX_RESTAKE, "Restake", 0, restake(a));
    INSTRUCTION(IX_WITHDRAW, "Withdraw", 0, withdraw(a));
    default:
      FAIL("occurred", INSTRUCTION_FALLBACK_NOT_FOUND);
  }
}
