import { floatBits, hashLines } from './text.ts';

/* Operands of the tensor cores: small numbers that every format holds exactly, made from hashes. */

/** A number format of operands. */
export interface Format {
  /** In one 32-bit register. */
  readonly perRegister: number;
  /** PTX that turns the hash in %r2 into operands in `to`. */
  make(to: string): string[];
  /** PTX that puts the negative of `from` into `to`. */
  negate(to: string, from: string): string[];
  /** What element `i` of a register made from this hash is worth. */
  value(hash: number, i: number): number;
}

/** Random words that a lane may draw. */
export const WORDS_OF_A_LANE = 64;

/** Makes operands from random word number `index` of this lane. */
export function operandLines(format: Format, to: string, index: number): string[] {
  return [
    `mad.lo.u32 %r1, %r_lane, ${WORDS_OF_A_LANE}, ${index};`,
    ...hashLines('%r2', '%r1'),
    ...format.make(to),
  ];
}

/** Integers from -3 to 3: sums in a 16-bit accumulator stay in one binade. */
export const F16: Format = {
  perRegister: 2,
  make: (to) => [
    ...smallInteger('%f1', 0, 3),
    'cvt.rn.f16.f32 %h1, %f1;',
    ...smallInteger('%f1', 8, 3),
    'cvt.rn.f16.f32 %h2, %f1;',
    `mov.b32 ${to}, {%h1, %h2};`,
    ...signs(to, '0x80008000'),
  ],
  negate: flip('0x80008000'),
  value: (hash, i) => signed((hash >>> (8 * i)) & 3, (hash >>> (15 + 16 * i)) & 1),
};

/** Integers from -7 to 7. The upper half of an exact 32-bit float is an exact bfloat16. */
export const BF16: Format = {
  perRegister: 2,
  make: (to) => [
    ...smallInteger('%f1', 0, 7),
    'mov.b32 %r4, %f1;',
    'shr.u32 %r4, %r4, 16;',
    ...smallInteger('%f1', 8, 7),
    'mov.b32 %r5, %f1;',
    'and.b32 %r5, %r5, 0xFFFF0000;',
    `or.b32 ${to}, %r4, %r5;`,
    ...signs(to, '0x80008000'),
  ],
  negate: flip('0x80008000'),
  value: (hash, i) => signed((hash >>> (8 * i)) & 7, (hash >>> (15 + 16 * i)) & 1),
};

/** Integers from 0 to 63, and their negatives. */
export const S8: Format = {
  perRegister: 4,
  make: (to) => [`and.b32 ${to}, %r2, 0x3F3F3F3F;`],
  // Two's complement of four bytes at once, without a carry from one to the next.
  negate: (to, from) => [
    `not.b32 ${to}, ${from};`,
    `and.b32 %r3, ${to}, 0x7F7F7F7F;`,
    'add.u32 %r3, %r3, 0x01010101;',
    `and.b32 %r4, ${to}, 0x80808080;`,
    `xor.b32 ${to}, %r3, %r4;`,
  ],
  value: (hash, i) => (hash >>> (8 * i)) & 63,
};

/** 1, 1.5, 2 and 3 with both signs: codes 0x38, 0x3C, 0x40 and 0x44 of E4M3 (exponent bias 7). */
export const E4M3: Format = {
  perRegister: 4,
  make: (to) => [`and.b32 ${to}, %r2, 0x8C8C8C8C;`, `add.u32 ${to}, ${to}, 0x38383838;`],
  negate: flip('0x80808080'),
  value: (hash, i) => {
    const code = (hash >>> (8 * i)) & 0x8c;
    return signed([1, 1.5, 2, 3][(code >>> 2) & 3] ?? 0, code >>> 7);
  },
};

/** What sums are kept in. */
export interface Accumulator {
  readonly perRegister: number;
  /** PTX type of its registers. */
  readonly type: '.f32' | '.b32';
  /** What element `i` of register `r` of accumulator `j` starts with. */
  start(j: number, r: number, i: number): number;
  /** The bits of one element, shifted by the caller where a register holds two. */
  bits(value: number): number;
}

/** 1.5 * 2^23 and up: a binade whose unit is 1. */
export const F32_SUMS: Accumulator = {
  perRegister: 1,
  type: '.f32',
  start: (_, r) => 12_582_912 + r,
  bits: floatBits,
};

/**
 * 1.5 * 2^10, where products, multiples of 1/4, need 12 bits behind the leading one. The tensor cores of
 * 8.9 and 9.0 keep 13 of a sum of FP8 products (e8m13), not the 23 of the register they write it to.
 */
export const F32_SUMS_OF_FP8: Accumulator = { ...F32_SUMS, start: (_, r) => 1536 + r };

/** 1536 and up: between 1024 and 2047 the unit is 1 and the code is 0x6400 + value - 1024. */
export const F16_SUMS: Accumulator = {
  perRegister: 2,
  type: '.b32',
  start: (_, r, i) => 1536 + (i === 1 ? r : 0),
  bits: (value) => 0x6400 + value - 1024,
};

export const S32_SUMS: Accumulator = {
  perRegister: 1,
  type: '.b32',
  start: (j, r) => 7 * j + r + 1,
  bits: (value) => value >>> 0,
};

function smallInteger(to: string, shift: number, mask: number): string[] {
  return [
    `shr.u32 %r3, %r2, ${shift};`,
    `and.b32 %r3, %r3, ${mask};`,
    `cvt.rn.f32.u32 ${to}, %r3;`,
  ];
}

function signs(to: string, mask: string): string[] {
  return [`and.b32 %r3, %r2, ${mask};`, `xor.b32 ${to}, ${to}, %r3;`];
}

function flip(mask: string): Format['negate'] {
  return (to, from) => [`xor.b32 ${to}, ${from}, ${mask};`];
}

function signed(magnitude: number, sign: number): number {
  return sign === 1 ? -magnitude : magnitude;
}
