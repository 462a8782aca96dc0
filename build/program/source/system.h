// Making and closing accounts.
#pragma once
#include "ids.h"
#include "runtime.h"

// Rent exemption: 128 bytes of overhead and the data, at the cluster's default price a byte
// (solana-rent, 3480 lamports a byte-year for two years).
INLINE u64 rent_for(u64 space) { return (128 + space) * 6960; }

// Creates an account of zeroes. Where Anchor would top up an address that already holds lamports,
// this refuses: nothing of ours sends lamports to an address first.
FUNCTION u64 create_account(const Account *payer, Account *account, u64 space, const u8 *owner,
                            const Signer *signer) {
  // CreateAccount of the system program: u32 0, u64 lamports, u64 space, owner. Written in whole
  // words from the second u32 on, so the number 0 gets four bytes of padding before it.
  struct {
    u32 padding, number;
    u64 lamports, space;
    u8 owner[32];
  } args;
  args.number = 0;
  args.lamports = rent_for(space);
  args.space = space;
  copy_key(args.owner, owner);
  const Meta metas[] = {{payer->key, 1, 1}, {account->key, 1, 1}};
  const Instruction create = {SYSTEM_PROGRAM, metas, 2, (const u8 *)&args.number, 52};
  u64 failure = sol_invoke_signed_c(&create, HEAP->accounts, HEAP->count, signer, signer ? 1 : 0);
  if (!failure) account->length = space;
  return failure;
}

// Closes an account and gives its lamports back, as Anchor's `close` does. The length of the data
// stands in the 8 bytes before it in the input of the program.
INLINE void close_account(Account *account, Account *destination) {
  *destination->lamports += *account->lamports;
  *account->lamports = 0;
  *(u64 *)(account->data - 8) = 0;
  copy_key(account->owner, SYSTEM_PROGRAM);
}
