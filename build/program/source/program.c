// The market program of the practice network. It stands in for the Nosana Jobs program, at the same
// address: same account layouts, same instruction codes, same rules about money, same error numbers.
// The facts are from the public source (github.com/nosana-ci/nosana-programs, MIT), the code is ours.
//
// Known differences: assign, update, close and the four admin instructions answer 101; the same
// account given twice as writable isn't refused (Anchor's 2040); when several rules are broken at
// once, another of them may be named.
#include "market.c"
#include "node.c"
#include "poster.c"
#include "result.c"

// An account in the input: flag, signer, writable, executable, u32 padding, key, owner, lamports,
// length, data, 10 KiB to grow, padding to a multiple of 8, rent epoch. A repeated account is one
// byte that names the first, and 7 of padding (solana-program, entrypoint.rs).
INLINE u8 *read_account(u8 *at, Account *account) {
  account->signer = at[1];
  account->writable = at[2];
  account->executable = at[3];
  account->key = at + 8;
  account->owner = at + 40;
  account->lamports = (u64 *)(at + 72);
  account->length = *(u64 *)(at + 80);
  account->data = at + 88;
  u64 after = (u64)at + 88 + account->length + 10240;
  u64 *rent_epoch = (u64 *)((after + 7) & ~7UL);
  account->rent_epoch = *rent_epoch;
  return (u8 *)(rent_epoch + 1);
}

// Fills the list of accounts and returns the place where the instruction's data begin.
INLINE u8 *read_accounts(u8 *input) {
  u64 given = *(u64 *)input;
  u8 *at = input + 8;
  Account *list = HEAP->accounts, spare;
  for (u64 i = 0; i < given; i++) {
    Account *account = i < MAX_ACCOUNTS ? &list[i] : &spare;
    if (at[0] == 0xff) {
      at = read_account(at, account);
    } else {
      if (at[0] < MAX_ACCOUNTS) *account = list[at[0]];
      at += 8;
    }
  }
  HEAP->count = given < MAX_ACCOUNTS ? given : MAX_ACCOUNTS;
  return at;
}

// `args_size` is what the arguments need; more is tolerated, as by Anchor.
#define INSTRUCTION(code, name, args_size, call)                    \
  case code:                                                        \
    LOG("Instruction: " name);                                      \
    ENSURE(length >= 8 + (args_size), INSTRUCTION_DID_NOT_DESERIALIZE); \
    return call

u64 entrypoint(u8 *input) {
  u8 *at = read_accounts(input);
  u64 length = *(u64 *)at;
  const u8 *data = at + 8, *args = data + 8;
  Account *a = HEAP->accounts;
  ENSURE(length >= 8, INSTRUCTION_FALLBACK_NOT_FOUND);
  switch (*(const u64 *)data) {
    INSTRUCTION(IX_OPEN, "Open", 41, open(a, args));
    INSTRUCTION(IX_LIST, "List", 40, list(a, args));
    INSTRUCTION(IX_EXTEND, "Extend", 8, extend(a, args));
    INSTRUCTION(IX_END, "End", 0, end(a));
    INSTRUCTION(IX_DELIST, "Delist", 0, delist(a));
    INSTRUCTION(IX_RECOVER, "Recover", 0, recover(a));
    INSTRUCTION(IX_CLEAN, "Clean", 0, clean(a));
    INSTRUCTION(IX_WORK, "Work", 0, work(a));
    INSTRUCTION(IX_STOP, "Stop", 0, stop(a));
    INSTRUCTION(IX_CLAIM, "Claim", 0, claim(a));
    INSTRUCTION(IX_FINISH, "Finish", 32, finish(a, args));
    INSTRUCTION(IX_COMPLETE, "Complete", 32, complete(a, args));
    INSTRUCTION(IX_QUIT, "Quit", 0, quit(a));
    default:
      FAIL("occurred", INSTRUCTION_FALLBACK_NOT_FOUND);
  }
}
