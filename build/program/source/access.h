// Who may work in a market: enough stake, and the access token where the market asks for one
// (nosana-programs state.rs metadata_constraint; work.rs and claim.rs have the same constraints).
#pragma once
#include "address.h"
#include "errors.h"
#include "load.h"

// A place in borsh data; `failed` stays set once something did not fit, and nothing more is read.
typedef struct {
  const u8 *at;
  u64 left;
  u8 failed;
} Reader;

INLINE void skip(Reader *reader, u64 bytes) {
  if (reader->failed || bytes > reader->left) {
    reader->failed = 1;
    return;
  }
  reader->at += bytes;
  reader->left -= bytes;
}

INLINE u8 read_u8(Reader *reader) {
  skip(reader, 1);
  return reader->failed ? 0 : reader->at[-1];
}

INLINE u32 read_u32(Reader *reader) {
  skip(reader, 4);
  if (reader->failed) return 0;
  const u8 *b = reader->at - 4;
  return b[0] | (u32)b[1] << 8 | (u32)b[2] << 16 | (u32)b[3] << 24;
}

INLINE void skip_option(Reader *reader, u64 bytes) {
  if (read_u8(reader)) skip(reader, bytes);
}

// Whether a Metaplex metadata account names `collection`, verified (mpl-token-metadata, Metadata:
// key, update authority, mint, name, symbol, uri, fee, creators, sold, mutable, edition nonce,
// token standard, collection, uses).
FUNCTION int is_in_collection(const Account *metadata, const u8 *collection) {
  Reader reader = {metadata->data, metadata->length, 0};
  if (read_u8(&reader) != 4) return 0;  // Key::MetadataV1
  skip(&reader, 32 + 32);
  for (int text = 0; text < 3; text++) skip(&reader, read_u32(&reader));
  skip(&reader, 2);
  if (read_u8(&reader)) skip(&reader, 34UL * read_u32(&reader));  // creators: key, verified, share
  skip(&reader, 1 + 1);
  skip_option(&reader, 1);
  skip_option(&reader, 1);
  if (read_u8(&reader) != 1) return 0;
  u8 verified = read_u8(&reader);
  const u8 *key = reader.at;
  skip(&reader, 32);
  skip_option(&reader, 1 + 8 + 8);  // must be whole, else Metaplex drops the collection too
  return !reader.failed && verified == 1 && same_key(key, collection);
}

INLINE int has_enough_stake(const Stake *stake, const Market *market) {
  const u64 *has = stake->xnos, *needs = market->node_xnos_minimum;
  return has[1] > needs[1] || (has[1] == needs[1] && has[0] >= needs[0]);
}

INLINE u64 check_access(const Account *market, const Account *stake, const Account *nft,
                        const Account *metadata, const Account *authority) {
  const u8 *collection = market_of(market)->node_access_key;
  int open_to_all = same_key(collection, SYSTEM_PROGRAM);

  REQUIRE(same_key(stake_of(stake)->authority, authority->key), "stake", UNAUTHORIZED);
  REQUIRE(has_enough_stake(stake_of(stake), market_of(market)), "stake", NODE_NOT_ENOUGH_STAKE);
  REQUIRE(is_stake_of(stake->key, authority->key), "stake", INVALID_STAKE_ACCOUNT);
  if (open_to_all) return 0;

  REQUIRE(same_key(token_of(nft)->owner, authority->key), "nft", NODE_NFT_WRONG_OWNER);
  REQUIRE(token_of(nft)->amount >= 1, "nft", NODE_NFT_INVALID_AMOUNT);
  REQUIRE(is_metadata_of(metadata->key, token_of(nft)->mint) && is_in_collection(metadata, collection),
          "metadata", NODE_KEY_INVALID_COLLECTION);
  return 0;
}
