// From the bytes that the runtime hands over to the list of accounts and one instruction.
#pragma once
#include "errors.h"
#include "runtime.h"

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
