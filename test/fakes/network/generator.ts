import { encodeBase58 } from '../../../app/contract/base58.ts';

/** Repeatable "random" values: the same seed gives the same sequence on every machine. */
export interface Generator {
  /** An integer from 0 up to, not including, `limit`. */
  below(limit: number): number;
  bytes(length: number): Uint8Array;
  address(): string;
  /** Unsigned, of so many bits; often an edge: 0, 1, all ones. */
  unsigned(bits: number): bigint;
  /** Signed, of so many bits. */
  signed(bits: number): bigint;
}

/** mulberry32: a public-domain generator of 32-bit numbers, good enough for test inputs. */
export function createGenerator(seed: number): Generator {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number): number => next() % limit;
  const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => below(256));
  const unsigned = (bits: number): bigint => {
    const max = (1n << BigInt(bits)) - 1n;
    const edges = [0n, 1n, max];
    if (below(4) === 0) return edges[below(3)] ?? 0n;
    return BigInt(`0x${Buffer.from(bytes(bits / 8)).toString('hex')}`);
  };
  return {
    below,
    bytes,
    unsigned,
    address: () => encodeBase58(bytes(32)),
    signed: (bits) => unsigned(bits) - (1n << BigInt(bits - 1)),
  };
}

/** The ends of every range: all values are the smallest there is, or all the largest. */
export function createExtremes(end: 'smallest' | 'largest'): Generator {
  const largest = end === 'largest';
  const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(largest ? 0xff : 0);
  const unsigned = (bits: number): bigint => (largest ? (1n << BigInt(bits)) - 1n : 0n);
  return {
    below: (limit) => (largest ? limit - 1 : 0),
    bytes,
    unsigned,
    address: () => encodeBase58(bytes(32)),
    signed: (bits) => unsigned(bits) - (1n << BigInt(bits - 1)),
  };
}
