// Moving NOS: calls into the SPL Token program (instruction.rs for the codes), and what a job costs.
#pragma once
#include "ids.h"
#include "layout.h"

// price * seconds in NOS base units. Overflow is found by halves, because every shorter test of it
// makes clang ask for a 128-bit product, which BPF doesn't have.
SHARED u64 cost_of(u64 price, i64 seconds) {
  panic_if(seconds < 0);
  u64 time = (u64)seconds, price_high = price >> 32, time_high = time >> 32;
  panic_if(price_high && time_high);
  u64 middle = price_high * (u32)time + time_high * (u32)price;  // one of the two is zero
  u64 low = (u64)(u32)price * (u32)time;
  panic_if(middle >> 32);
  u64 cost = low + (middle << 32);
  panic_if(cost < low);
  return cost;
}

// Transfer: u8 3, u64 amount.
FUNCTION u64 transfer(const Account *from, const Account *to, const Account *authority, u64 amount,
                      const Signer *signer) {
  struct {
    u8 padding[7], number;
    u64 amount;
  } args;
  args.number = 3;
  args.amount = amount;
  const Meta metas[] = {{from->key, 1, 0}, {to->key, 1, 0}, {authority->key, 0, 1}};
  const Instruction call = {TOKEN_PROGRAM, metas, 3, &args.number, 9};
  return sol_invoke_signed_c(&call, HEAP->accounts, HEAP->count, signer, signer ? 1 : 0);
}

// The vault is its own authority; the program signs for it with [market, mint, bump] (macros.rs).
SHARED u64 pay_from_vault(const Account *market, const Account *vault, const Account *to,
                            u64 amount) {
  const Seed seeds[] = {
      {market->key, 32}, {token_of(vault)->mint, 32}, {&market_of(market)->vault_bump, 1}};
  const Signer signer = {seeds, 3};
  return transfer(vault, to, vault, amount, &signer);
}

// InitializeAccount3: u8 18, owner.
FUNCTION u64 initialize_token_account(const Account *account, const Account *mint, const u8 *owner) {
  struct {
    u8 padding[7], number;
    u8 owner[32];
  } args;
  args.number = 18;
  copy_key(args.owner, owner);
  const Meta metas[] = {{account->key, 1, 0}, {mint->key, 0, 0}};
  const Instruction call = {TOKEN_PROGRAM, metas, 2, &args.number, 33};
  return sol_invoke_signed_c(&call, HEAP->accounts, HEAP->count, 0, 0);
}
