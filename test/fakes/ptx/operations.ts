import { floatBits, floatOf, halfBits } from './numbers.ts';

/* What one thread does by itself: from the bits of operands to the bits of a result. */

/** 32 bits (or 16) as a number, 64 as a bigint, a predicate as a boolean. */
export type Value = number | bigint | boolean;

export const u32 = (value: Value | undefined): number => {
  if (typeof value === 'number') return value >>> 0;
  throw new Error(`not 32 bits: ${String(value)}`);
};
export const u64 = (value: Value | undefined): bigint => {
  // An immediate may stand for either.
  if (typeof value === 'number') return BigInt(value);
  if (typeof value === 'bigint') return BigInt.asUintN(64, value);
  throw new Error(`not 64 bits: ${String(value)}`);
};

type Operation = (...operands: readonly Value[]) => Value;
const of32 =
  (work: (a: number, b: number, c: number) => number): Operation =>
  (a, b = 0, c = 0) =>
    work(u32(a), u32(b), u32(c)) >>> 0;
const of64 =
  (work: (a: bigint, b: bigint) => bigint): Operation =>
  (a, b = 0n) =>
    BigInt.asUintN(64, work(u64(a), u64(b)));
const ofFloats =
  (work: (a: number, b: number, c: number) => number): Operation =>
  (a, b = 0, c = 0) =>
    floatBits(work(floatOf(u32(a)), floatOf(u32(b)), floatOf(u32(c))));

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'cvta.to.global.u64': of64((a) => a),
  'mov.u32': of32((a) => a),
  'mov.f32': of32((a) => a),
  'mov.b32': of32((a) => a),
  'add.u32': of32((a, b) => a + b),
  'sub.u32': of32((a, b) => a - b),
  'mul.lo.u32': of32((a, b) => Math.imul(a, b)),
  'mad.lo.u32': of32((a, b, c) => Math.imul(a, b) + c),
  'mul.wide.u32': (a = 0, b = 0) => BigInt(u32(a)) * BigInt(u32(b)),
  'and.b32': of32((a, b) => a & b),
  'or.b32': of32((a, b) => a | b),
  'xor.b32': of32((a, b) => a ^ b),
  'not.b32': of32((a) => ~a),
  'shr.u32': of32((a, b) => a >>> b),
  'add.u64': of64((a, b) => a + b),
  'sub.u64': of64((a, b) => a - b),
  'shl.b64': of64((a, b) => a << b),
  'cvt.u64.u32': (a = 0) => BigInt(u32(a)),
  'cvt.u32.u64': (a = 0) => Number(BigInt.asUintN(32, u64(a))),
  'cvt.rn.f32.u32': (a = 0) => floatBits(u32(a)),
  'cvt.rn.f16.f32': (a = 0) => halfBits(floatOf(u32(a))),
  'neg.f32': ofFloats((a) => -a),
  // The product of two such floats is exact in a double; so is the sum, as long as all are integers.
  'fma.rn.f32': ofFloats((a, b, c) => a * b + c),
  'setp.eq.u32': (a = 0, b = 0) => u32(a) === u32(b),
  'setp.ne.u32': (a = 0, b = 0) => u32(a) !== u32(b),
  'setp.ge.u32': (a = 0, b = 0) => u32(a) >= u32(b),
  'setp.ge.u64': (a = 0, b = 0) => u64(a) >= u64(b),
};
