// The market program of the practice network. It stands in for the Nosana Jobs program, at the same
// address: same account layouts, same instruction codes, same rules about money, same error numbers.
// The facts are from the public source (github.com/nosana-ci/nosana-programs, MIT), the code is ours.
//
// Known differences: assign, update, close and the four admin instructions answer 101; the same
// account given twice as writable isn't refused (Anchor's 2040); when several rules are broken at
// once, another of them may be named.
#include "entry.h"
#include "market.c"
#include "node.c"
#include "poster.c"
#include "result.c"

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
