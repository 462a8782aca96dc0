import { type ComputeKernel, THREADS } from './kernel.ts';
import { CHECK_PARAMETERS, CHECK_REGISTERS, compareLines, roundsOf } from './self-check.ts';
import { digest, floatBits, hash, hashLines, kernel, upTo } from './text.ts';

/**
 * Chains that do not wait for each other hide the four or so cycles of an FMA. All multiply by the same
 * register: with three new operands each, the register file cannot keep up (docs/measured.md).
 */
export const CHAINS = 4;
export const UNROLL = 16;
/** 1.5 * 2^23: every sum on the way lies in one binade, whose unit is 1. */
export const START = 12_582_912;
/** Random words that a lane may draw. */
export const WORDS = 16;
const ENTRY = 'k_fp32';

/** FP32: fused multiply-adds of odd integers up to 2047, whose product stays below 2^22. */
export const FP32_KERNEL: ComputeKernel = {
  entry: ENTRY,
  metric: 'fp32',
  operationsPerBlock: THREADS * CHAINS * UNROLL * 2 * 2,
  golden: (seed) =>
    Uint32Array.from(upTo(32), (lane) =>
      digest(
        upTo(CHAINS).map((j) => {
          const at = lane * WORDS;
          return floatBits(START + operand(hash(at, seed)) * operand(hash(at + 1 + j, seed)));
        }),
      ),
    ),
};

/** Its PTX. */
export function fp32Text(): string {
  const add = (factor: string) =>
    upTo(CHAINS).map((j) => `fma.rn.f32 %facc${j}, ${factor}, %fq${j}, %facc${j};`);
  const body = [
    ...operandLines('%fp', 0),
    'neg.f32 %fn, %fp;',
    ...upTo(CHAINS).flatMap((j) => operandLines(`%fq${j}`, 1 + j)),
    ...upTo(CHAINS).map((j) => `mov.f32 %facc${j}, 0f${floatBits(START).toString(16)};`),
    ...roundsOf(upTo(UNROLL).flatMap(() => [...add('%fp'), ...add('%fn')])),
    ...add('%fp'),
    ...upTo(CHAINS).map((j) => `mov.b32 %rx${j}, %facc${j};`),
    ...compareLines(upTo(CHAINS).map((j) => `%rx${j}`)),
  ];
  const registers = [
    ...CHECK_REGISTERS,
    `.reg .f32 %fp, %fn, %fq<${CHAINS}>, %facc<${CHAINS}>;`,
    `.reg .b32 %rx<${CHAINS}>;`,
  ];
  return kernel(ENTRY, { parameters: CHECK_PARAMETERS, registers, body });
}

function operandLines(to: string, index: number): string[] {
  return [
    `mad.lo.u32 %r1, %r_lane, ${WORDS}, ${index};`,
    ...hashLines('%r2', '%r1'),
    'and.b32 %r2, %r2, 2046;',
    'add.u32 %r2, %r2, 1;',
    `cvt.rn.f32.u32 ${to}, %r2;`,
  ];
}

function operand(word: number): number {
  return (word & 2046) + 1;
}
