import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { decodeBase58 } from '../contract/base58.ts';
import { OffpeakError } from '../contract/errors.ts';
import { isWindows } from '../platform/machine.ts';

/** A list of 64 numbers, one a line, has less than 600 bytes. */
const MAX_BYTES = 8_192;

/** What a key file held. */
export interface KeyFile {
  /** 64 bytes, for the caller to wipe; whether the halves fit is not known yet. */
  readonly secret: Buffer;
  /** True where its rights let other users of this computer read it. */
  readonly readableByOthers: boolean;
}

/**
 * Reads a key as the Solana command line and the official node (nosana_key.json) write it, a JSON
 * list of 64 numbers, or as wallets export it, a base58 text. No error holds any of its content.
 * Throws `wallet.key-file-…`.
 */
export function readKeyFile(path: string): KeyFile {
  const bytes = Buffer.alloc(MAX_BYTES + 1);
  try {
    const { length, readableByOthers } = readSmallFile(path, bytes);
    if (length > MAX_BYTES) throw new OffpeakError('wallet.key-file-unknown');
    return { secret: parseKey(bytes.toString('utf8', 0, length)), readableByOthers };
  } finally {
    bytes.fill(0);
  }
}

function readSmallFile(path: string, into: Buffer): { length: number; readableByOthers: boolean } {
  try {
    // Non-blocking: a pipe in place of the file must not hold up the host.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(file);
      if (!stat.isFile()) throw new Error('not a file');
      return { length: readSync(file, into), readableByOthers: isOpenToOthers(stat.mode) };
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw new OffpeakError('wallet.key-file-unreadable', {
      message: `The key file ${path} cannot be read.`,
      cause,
    });
  }
}

/** True where a file's mode lets its group or everybody read it; Windows keeps that elsewhere. */
export function isOpenToOthers(mode: number): boolean {
  return !isWindows() && (mode & 0o044) !== 0;
}

/** The 64 bytes that a key file spells. Throws `wallet.key-file-…`. Pure. */
function parseKey(text: string): Buffer {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  const bytes = trimmed.startsWith('[') ? numbers(trimmed) : base58(trimmed);
  if (bytes.length === 64) return bytes;
  const count = bytes.length;
  bytes.fill(0);
  if (count === 32) throw new OffpeakError('wallet.key-file-address');
  throw new OffpeakError('wallet.key-file-length', {
    message: `The key in this file has ${count} bytes, not 64.`,
  });
}

function numbers(text: string): Buffer {
  const list = parseJson(text);
  if (!Array.isArray(list) || !list.every(isByte))
    throw new OffpeakError('wallet.key-file-unknown');
  const bytes = Buffer.from(list);
  list.fill(0);
  return bytes;
}

/** Null for no JSON: the parser's own words would quote the key. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isByte(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 255;
}

function base58(text: string): Buffer {
  // 64 bytes have at most 88 letters; decoding takes the square of the length.
  if (!/^[1-9A-HJ-NP-Za-km-z]{1,100}$/.test(text))
    throw new OffpeakError('wallet.key-file-unknown');
  return Buffer.from(decodeBase58(text));
}
