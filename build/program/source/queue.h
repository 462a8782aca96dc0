// The two-sided queue of a market: it holds waiting jobs or waiting nodes, never both
// (nosana-programs state.rs, impl MarketAccount).
#pragma once
#include "errors.h"
#include "layout.h"

#define NOWHERE (~0UL)

FUNCTION u64 find_in_queue(const Market *market, const u8 *key) {
  for (u64 i = 0; i < market->queue_length; i++)
    if (same_key(market->queue[i], key)) return i;
  return NOWHERE;
}

// An unknown type counts as empty (types.rs, From<u8> for QueueType).
INLINE u8 queue_type_of(const Market *market) {
  u8 type = market->queue_type;
  return type == QUEUE_JOB || type == QUEUE_NODE ? type : QUEUE_EMPTY;
}

// A market of the unknown job type takes nobody in, and says nothing about it.
FUNCTION u64 add_to_queue(const Account *account, const u8 *key, u8 type) {
  Market *market = market_of(account);
  if (market->job_type == JOB_TYPE_UNKNOWN) return 0;
  u64 length = market->queue_length;
  // A full queue is found out when Anchor writes the account back.
  ENSURE(length < QUEUE_CAPACITY, ACCOUNT_DID_NOT_SERIALIZE);
  ENSURE(MARKET_HEADER_SIZE + 32 * (length + 1) <= account->length, ACCOUNT_DID_NOT_SERIALIZE);
  if (market->queue_type == QUEUE_EMPTY) market->queue_type = type;
  copy_key(market->queue[length], key);
  market->queue_length = length + 1;
  return 0;
}

FUNCTION u64 remove_at(Market *market, u64 index) {
  u64 length = market->queue_length - 1;
  for (u64 i = index; i < length; i++) copy_key(market->queue[i], market->queue[i + 1]);
  market->queue_length = length;
  if (!length) market->queue_type = QUEUE_EMPTY;
  return 0;
}

FUNCTION u64 remove_from_queue(Market *market, const u8 *key) {
  u64 index = find_in_queue(market, key);
  ENSURE(index != NOWHERE, NOT_IN_MARKET_QUEUE);
  return remove_at(market, index);
}

// Takes the first one out; Rust would panic on an empty vector.
INLINE void pop_from_queue(Market *market, u8 *key) {
  panic_if(!market->queue_length);
  copy_key(key, market->queue[0]);
  remove_at(market, 0);
}
