// What the Solana runtime gives a C program: the shape of its accounts, its calls and its heap.
// The shapes are those of the public C interface (solana-program, sol/entrypoint.h and sol/cpi.h).
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef long i64;

#define INLINE static inline __attribute__((always_inline))
#define FUNCTION static __attribute__((noinline))
// In a header that both programs include, and called by one of them.
#define SHARED static __attribute__((noinline, unused))

// One account as an instruction sees it; the pointers lead into the input of the transaction.
typedef struct {
  const u8 *key;
  u64 *lamports;
  u64 length;
  u8 *data;
  u8 *owner;
  u64 rent_epoch;
  u8 signer, writable, executable;
} Account;

typedef struct {
  const u8 *key;
  u8 writable, signer;
} Meta;

typedef struct {
  const u8 *program;
  const Meta *metas;
  u64 meta_count;
  const u8 *data;
  u64 length;
} Instruction;

typedef struct {
  const u8 *bytes;
  u64 length;
} Seed;

typedef struct {
  const Seed *seeds;
  u64 count;
} Signer;

extern u64 sol_log_(const char *text, u64 length);
extern u64 sol_get_clock_sysvar(u8 *clock);
extern u64 sol_try_find_program_address(const Seed *, u64 count, const u8 *program, u8 *key, u8 *bump);
extern u64 sol_invoke_signed_c(const Instruction *, const Account *, u64 count, const Signer *, u64);
extern void abort(void);

// `list` has twelve accounts, the most of all; what a transaction passes beyond 16 is not looked at.
#define MAX_ACCOUNTS 16

// The list of accounts lives in the 32 KiB heap, which the runtime maps at a fixed address and
// zeroes: writable globals aren't possible, and every call into another program needs the list.
typedef struct {
  Account accounts[MAX_ACCOUNTS];
  u64 count;
} Heap;
#define HEAP ((Heap *)0x300000000UL)

#define LOG(text) sol_log_(text, sizeof(text) - 1)
#define TRY(call)                   \
  do {                              \
    u64 failure = (call);           \
    if (failure) return failure;    \
  } while (0)

// Keys stand at odd offsets; the virtual machine allows that, so four plain loads do.
INLINE int same_key(const u8 *left, const u8 *right) {
  const u64 *a = (const u64 *)left, *b = (const u64 *)right;
  return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3];
}

INLINE void copy_key(u8 *to, const u8 *from) {
  u64 *a = (u64 *)to;
  const u64 *b = (const u64 *)from;
  a[0] = b[0];
  a[1] = b[1];
  a[2] = b[2];
  a[3] = b[3];
}

INLINE int is_zero_key(const u8 *key) {
  const u64 *a = (const u64 *)key;
  return !(a[0] | a[1] | a[2] | a[3]);
}

// Chain time in seconds: the last field of the Clock sysvar.
FUNCTION i64 now(void) {
  u64 clock[5];
  sol_get_clock_sysvar((u8 *)clock);
  return (i64)clock[4];
}

// The Rust program panics where a sum would overflow (Cargo.toml: overflow-checks = true), on a
// negative time (u64::try_from(..).unwrap()) and where it takes from an empty queue; the runtime
// reports all of them as "failed to complete".
INLINE void panic_if(int condition) {
  if (condition) {
    LOG("panicked: out of range");
    abort();
  }
}
