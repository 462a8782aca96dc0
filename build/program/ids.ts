import { createHash } from 'node:crypto';

/**
 * Instructions that the two programs know, by the names of nosana-programs
 * programs/nosana-jobs/src/lib.rs and programs/nosana-staking/src/lib.rs; both have an `extend`.
 */
const instructions = [
  'open',
  'list',
  'extend',
  'end',
  'delist',
  'recover',
  'clean',
  'work',
  'stop',
  'claim',
  'finish',
  'complete',
  'quit',
  'stake',
  'topup',
  'unstake',
  'restake',
  'withdraw',
];

/** Accounts that the programs read, by the names of their Rust structs. */
const accounts = ['MarketAccount', 'JobAccount', 'RunAccount', 'StakeAccount'];

/** Addresses on the main network: nosana-programs common/src/id.rs, and those of Solana itself. */
const addresses = {
  SYSTEM_PROGRAM: '11111111111111111111111111111111',
  RENT_SYSVAR: 'SysvarRent111111111111111111111111111111111',
  TOKEN_PROGRAM: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
  ASSOCIATED_TOKEN_PROGRAM: 'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL',
  METADATA_PROGRAM: 'metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s',
  JOBS_PROGRAM: 'nosJhNRqr2bc9g1nfGDcXXTXvYUmxD4cVwy2pMWhrYM',
  STAKING_PROGRAM: 'nosScmHY2uR24Zh751PmGj9ww9QRNHewh9H59AfrTJE',
  REWARDS_PROGRAM: 'nosRB8DUV67oLNrL45bo2pFLrmsWPiewe2Lk2DRNYCp',
  NOS_MINT: 'nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7',
};

/** The text of ids.h: instruction codes, account codes and addresses as C constants. */
export function idsHeader(): string {
  return [
    '// Made by build/program/ids.ts.',
    '#pragma once',
    '#include "runtime.h"',
    ...instructions.map((name) => define(`IX_${name.toUpperCase()}`, `global:${name}`)),
    ...accounts.map((name) => define(upperSnake(name), `account:${name}`)),
    ...Object.entries(addresses).map(([name, address]) => key(name, address)),
    '',
  ].join('\n');
}

/** Anchor names things by the first 8 bytes of the SHA-256 of `global:<name>` or `account:<Name>`. */
function define(name: string, preimage: string): string {
  const code = createHash('sha256').update(preimage).digest().readBigUInt64LE(0);
  return `#define ${name} 0x${code.toString(16)}UL`;
}

function key(name: string, address: string): string {
  const bytes = [...decodeBase58(address)].map((byte) => `0x${byte.toString(16)}`);
  return `static const u8 ${name}[32] = {${bytes.join(', ')}};`;
}

function upperSnake(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}

function decodeBase58(text: string): Buffer {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  let value = 0n;
  for (const letter of text) {
    const digit = alphabet.indexOf(letter);
    if (digit < 0) throw new Error(`${text} is not base58`);
    value = value * 58n + BigInt(digit);
  }
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
}
