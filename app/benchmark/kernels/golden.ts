import { WORDS_OF_A_LANE } from './formats.ts';
import { indexOfB, LANES, packed, PRODUCTS, registerCounts, type TensorShape } from './shape.ts';
import { digest, hash, upTo } from './text.ts';

/*
 * What the lanes of a warp hold at the end, by plain multiplication of matrices. Which lane holds what:
 * PTX ISA, "Matrix Fragments for mma"; the pattern is the same for all shapes that we use.
 */

type Matrix = number[][];

/** The hash that each of 32 lanes comes to; the same for every number of rounds. */
export function tensorGolden(shape: TensorShape, seed: number): Uint32Array {
  const a = matrixA(shape, seed);
  const sums = upTo(PRODUCTS).map((j) => product(shape, a, matrixB(shape, seed, j)));
  return Uint32Array.from(upTo(LANES), (lane) =>
    digest(sums.flatMap((sum, j) => registersOf(shape, sum, lane, j))),
  );
}

/** Lanes stand in eight groups of four. */
function place(lane: number): { group: number; inGroup: number } {
  return { group: lane >> 2, inGroup: lane & 3 };
}

// Registers take turns: the upper rows, the lower rows, then both again for the second half of k.
function matrixA(shape: TensorShape, seed: number): Matrix {
  const { m, k, format } = shape;
  const matrix = zeros(m, k);
  for (const lane of upTo(LANES)) {
    const { group, inGroup } = place(lane);
    for (const r of upTo(registerCounts(shape).a)) {
      const word = hash(lane * WORDS_OF_A_LANE + r, seed);
      const row = matrix[group + 8 * (r & 1)] ?? [];
      const column = format.perRegister * (inGroup + 4 * (r >> 1));
      for (const i of upTo(format.perRegister)) row[column + i] = format.value(word, i);
    }
  }
  return matrix;
}

function matrixB(shape: TensorShape, seed: number, j: number): Matrix {
  const { n, k, format } = shape;
  const matrix = zeros(k, n);
  for (const lane of upTo(LANES)) {
    const { group, inGroup } = place(lane);
    for (const r of upTo(registerCounts(shape).b)) {
      const word = hash(lane * WORDS_OF_A_LANE + indexOfB(shape, j, r), seed);
      for (const i of upTo(format.perRegister)) {
        const row = matrix[format.perRegister * (inGroup + 4 * r) + i] ?? [];
        row[group] = format.value(word, i);
      }
    }
  }
  return matrix;
}

function product({ m, n, k }: TensorShape, a: Matrix, b: Matrix): Matrix {
  return upTo(m).map((row) =>
    upTo(n).map((column) =>
      upTo(k).reduce((sum, i) => sum + (a[row]?.[i] ?? 0) * (b[i]?.[column] ?? 0), 0),
    ),
  );
}

// A lane's part of a sum: two neighbours of a row, then two of the row eight below.
function registersOf(shape: TensorShape, sum: Matrix, lane: number, j: number): number[] {
  const { sums } = shape;
  const { group, inGroup } = place(lane);
  return upTo(registerCounts(shape).c).map((r) =>
    packed(
      shape,
      upTo(sums.perRegister).map((i) => {
        const element = r * sums.perRegister + i;
        const row = sum[group + 8 * (element >> 1)];
        return sums.start(j, r, i) + (row?.[2 * inGroup + (element & 1)] ?? 0);
      }),
    ),
  );
}

function zeros(rows: number, columns: number): Matrix {
  return upTo(rows).map(() => upTo(columns).map(() => 0));
}
