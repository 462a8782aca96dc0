// The accounts as they lie on the chain: nosana-programs programs/nosana-jobs/src/state.rs and
// types.rs, borsh encoded (little endian, no padding) after Anchor's 8-byte discriminator.
#pragma once
#include "runtime.h"

// Account data starts at a multiple of 8, so whole fields at such offsets are read at once.
#define LAYOUT struct __attribute__((packed, aligned(8)))

enum { QUEUE_JOB = 0, QUEUE_NODE = 1, QUEUE_EMPTY = 255 };
enum { JOB_QUEUED = 0, JOB_DONE = 2, JOB_STOPPED = 3 };
enum { JOB_TYPE_GPU = 4, JOB_TYPE_UNKNOWN = 255 };

#define QUEUE_CAPACITY 314

typedef LAYOUT {
  u64 discriminator;
  u8 authority[32];
  i64 job_expiration;  // seconds that a finished job is kept
  u64 job_price;       // NOS base units a second
  i64 job_timeout;     // seconds
  u8 job_type;
  u8 vault[32];
  u8 vault_bump;
  u8 node_access_key[32];  // a collection of access tokens; the system program: none needed
  u64 node_xnos_minimum[2];  // low half, high half
  u8 queue_type;
  u32 queue_length;
  u8 queue[QUEUE_CAPACITY][32];
} Market;

typedef LAYOUT {
  u64 discriminator;
  u8 ipfs_job[32];
  u8 ipfs_result[32];
  u8 market[32];
  u8 node[32];
  u8 payer[32];
  u64 price;  // NOS base units a second
  u8 project[32];
  u8 state;
  i64 time_end, time_start;  // chain seconds
  i64 timeout;               // seconds
} Job;

typedef LAYOUT {
  u64 discriminator;
  u8 job[32];
  u8 node[32];
  u8 payer[32];
  u8 state;
  i64 time;  // chain seconds: the paid time starts here
} Run;

// nosana-programs programs/nosana-staking/src/state.rs
typedef LAYOUT {
  u64 discriminator;
  u64 amount;
  u8 authority[32];
  u64 duration;
  i64 time_unstake;
  u8 vault[32];
  u8 vault_bump;
  u64 xnos[2];  // low half, high half
} Stake;

// SPL Token, state.rs: the start of a token account of 165 bytes.
typedef LAYOUT {
  u8 mint[32];
  u8 owner[32];
  u64 amount;
  u8 delegate[36];
  u8 state;
} TokenAccount;

#define TOKEN_ACCOUNT_SIZE 165
#define MARKET_HEADER_SIZE __builtin_offsetof(Market, queue)
#define JOB_DATA_SIZE (__builtin_offsetof(Job, timeout) + 8)
#define RUN_DATA_SIZE (__builtin_offsetof(Run, time) + 8)
#define STAKE_DATA_SIZE (__builtin_offsetof(Stake, xnos) + 16)

// What the real program allocates: 8 bytes plus the size of the Rust struct in memory.
#define MARKET_SPACE 10232
#define JOB_SPACE 240
#define RUN_SPACE 120
#define STAKE_SPACE 120

_Static_assert(MARKET_HEADER_SIZE == 151, "market layout");
_Static_assert(JOB_DATA_SIZE == 233, "job layout");
_Static_assert(RUN_DATA_SIZE == 113, "run layout");
_Static_assert(STAKE_DATA_SIZE == 113, "stake layout");
_Static_assert(__builtin_offsetof(TokenAccount, state) == 108, "token account layout");

INLINE Market *market_of(const Account *account) { return (Market *)account->data; }
INLINE Job *job_of(const Account *account) { return (Job *)account->data; }
INLINE Run *run_of(const Account *account) { return (Run *)account->data; }
INLINE Stake *stake_of(const Account *account) { return (Stake *)account->data; }
INLINE TokenAccount *token_of(const Account *account) { return (TokenAccount *)account->data; }
