import { operandLines } from './formats.ts';
import { tensorGolden } from './golden.ts';
import { type ComputeKernel, THREADS } from './kernel.ts';
import { CHECK_PARAMETERS, CHECK_REGISTERS, compareLines, roundsOf } from './self-check.ts';
import { indexOfB, LANES, packed, PRODUCTS, registerCounts, type TensorShape } from './shape.ts';
import { kernel, upTo } from './text.ts';

const UNROLL = 4;

/** What the runner needs to know of a kernel for the tensor cores. */
export function tensorKernel(shape: TensorShape): ComputeKernel {
  const { entry, metric, m, n, k } = shape;
  const warps = THREADS / LANES;
  return {
    entry,
    metric,
    operationsPerBlock: warps * PRODUCTS * UNROLL * 2 * (2 * m * n * k),
    golden: (seed) => tensorGolden(shape, seed),
  };
}

/** Its PTX. */
export function tensorText(shape: TensorShape): string {
  const { entry, format, sums } = shape;
  const { a: countA, b: countB, c: countC } = registerCounts(shape);
  const a = names('%a', countA);
  const negative = names('%an', countA);
  const b = (j: number) => names('%b', countB, j * countB);
  const c = (j: number) => names('%c', countC, j * countC);
  const multiply = (left: readonly string[]) =>
    upTo(PRODUCTS).map((j) => {
      const [d, right] = [c(j).join(', '), b(j).join(', ')];
      return `${shape.instruction} {${d}}, {${left.join(', ')}}, {${right}}, {${d}};`;
    });
  const all = upTo(PRODUCTS * countC);
  const body = [
    ...a.flatMap((name, i) => [
      ...operandLines(format, name, i),
      ...format.negate(negative[i] ?? '', name),
    ]),
    ...upTo(PRODUCTS).flatMap((j) => [
      ...b(j).flatMap((name, r) => operandLines(format, name, indexOfB(shape, j, r))),
      ...c(j).map((name, r) => startLine(shape, name, j, r)),
    ]),
    ...roundsOf(upTo(UNROLL).flatMap(() => [...multiply(a), ...multiply(negative)])),
    ...multiply(a),
    ...all.map((i) => `mov.b32 %rx${i}, %c${i};`),
    ...compareLines(all.map((i) => `%rx${i}`)),
  ];
  const registers = [
    ...CHECK_REGISTERS,
    '.reg .f32 %f<4>;',
    '.reg .b16 %h<4>;',
    `.reg .b32 %a<${countA}>, %an<${countA}>, %b<${PRODUCTS * countB}>, %rx<${all.length}>;`,
    `.reg ${sums.type} %c<${all.length}>;`,
  ];
  return kernel(entry, { parameters: CHECK_PARAMETERS, registers, body });
}

function names(prefix: string, count: number, from = 0): string[] {
  return upTo(count).map((i) => `${prefix}${from + i}`);
}

function startLine(shape: TensorShape, name: string, j: number, r: number): string {
  const { sums } = shape;
  const elements = upTo(sums.perRegister).map((i) => sums.start(j, r, i));
  const hex = packed(shape, elements).toString(16).toUpperCase().padStart(8, '0');
  return sums.type === '.f32' ? `mov.f32 ${name}, 0f${hex};` : `mov.b32 ${name}, 0x${hex};`;
}
