import { bfloatOf, e4m3Of, floatBits, floatOf, halfBits, halfOf } from './numbers.ts';

/*
 * `mma.sync` of a whole warp, with the fragments that the PTX ISA gives for each shape ("Warp Level Matrix
 * Multiply-Accumulate"): group = lane / 4, thread in group = lane % 4.
 */

type Registers = readonly number[];
/** Of each of 32 lanes. */
type Fragments = readonly Registers[];
type Grid = number[][];

interface Operand {
  readonly bits: number;
  readonly of: (bits: number) => number;
}

const OPERANDS: Readonly<Record<string, Operand>> = {
  f16: { bits: 16, of: halfOf },
  bf16: { bits: 16, of: bfloatOf },
  e4m3: { bits: 8, of: e4m3Of },
  s8: { bits: 8, of: (bits) => (bits << 24) >> 24 },
};

const NAME = /^mma\.sync\.aligned\.m(\d+)n(\d+)k(\d+)\.row\.col\.(\w+)\.(\w+)\.\5\.\4$/;

export interface Mma {
  readonly a: Fragments;
  readonly b: Fragments;
  readonly c: Fragments;
}

/** The sums of all lanes. Throws for an instruction that our kernels do not use. */
export function multiplyMatrices(op: string, { a, b, c }: Mma): number[][] {
  const [, m = 0, n = 0, k = 0] = (NAME.exec(op) ?? []).map(Number);
  const [, , , , sums = '', factors = ''] = NAME.exec(op) ?? [];
  const operand = OPERANDS[factors];
  if (operand === undefined || m === 0) throw new Error(`no such instruction here: ${op}`);
  const left = empty(m, k);
  const right = empty(k, n);
  const each = 32 / operand.bits;
  spread(a, operand, (lane, register, i, value) => {
    const row = (lane >> 2) + (register % 2) * 8;
    const column = (lane & 3) * each + i + Math.floor(register / 2) * 4 * each;
    put(left, row, column, value);
  });
  spread(b, operand, (lane, register, i, value) => {
    put(right, (lane & 3) * each + i + register * 4 * each, lane >> 2, value);
  });
  const product = left.map((row) =>
    Array.from({ length: n }, (_, column) =>
      row.reduce((sum, value, i) => sum + value * (right[i]?.[column] ?? Number.NaN), 0),
    ),
  );
  const at = (row: number, column: number): number => product[row]?.[column] ?? Number.NaN;
  return c.map((registers, lane) =>
    registers.map((bits, r) => {
      // Two neighbours of a row, then two of the row eight below.
      const element = (i: number): number =>
        at((lane >> 2) + 8 * (i >> 1), (lane & 3) * 2 + (i & 1));
      if (sums === 'f32') return floatBits(floatOf(bits) + element(r));
      if (sums === 's32') return (bits + element(r)) >>> 0;
      const low = halfBits(halfOf(bits & 0xffff) + element(2 * r));
      const high = halfBits(halfOf(bits >>> 16) + element(2 * r + 1));
      return ((high << 16) | low) >>> 0;
    }),
  );
}

function spread(
  fragments: Fragments,
  { bits, of }: Operand,
  place: (lane: number, register: number, i: number, value: number) => void,
): void {
  const mask = 2 ** bits - 1;
  fragments.forEach((registers, lane) =>
    registers.forEach((word, register) => {
      for (let i = 0; i < 32 / bits; i++)
        place(lane, register, i, of((word >>> (bits * i)) & mask));
    }),
  );
}

function empty(rows: number, columns: number): Grid {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => Number.NaN));
}

function put(grid: Grid, row: number, column: number, value: number): void {
  const line = grid[row];
  if (line === undefined || column >= line.length) throw new Error('outside of its matrix');
  line[column] = value;
}
