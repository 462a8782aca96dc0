import { ERROR_LOG, RESULT } from '../kernels/kernel.ts';
import { CHAINS, START, UNROLL, WORDS } from '../kernels/fma.ts';
import { upTo } from '../kernels/text.ts';

/*
 * The kernels in OpenCL C 1.2. They take what those of CUDA take and do the same (kernels/kernel.ts),
 * with other hands: a work-item of a card is one lane, one of a processor so many as a register holds.
 */

/** Entries of the program. */
export const ENTRIES = {
  fill: 'k_fill',
  verify: 'k_verify',
  read: 'k_read',
  copy: 'k_copy',
  fp32: 'k_fp32',
} as const;

/** How work is cut for a device. */
export interface Cut {
  /** A processor wants a long stretch for each work-item; a card, neighbours in step. */
  readonly isContiguous: boolean;
  /** Lanes of a work-item: 1, 4, 8 or 16. */
  readonly lanes: number;
}

/** The whole program. */
export function programText(cut: Cut): string {
  return [shared(), everyPiece(cut), memory(), fp32(cut)].join('\n');
}

// The same hash as in kernels/text.ts, of one word or of four.
function shared(): string {
  return `
#define HASH(type, suffix) \\
  type hash##suffix(type value, uint seed) { \\
    type h = value * 0x9E3779B1u + seed; \\
    h ^= h >> 15; \\
    h *= 0x85EBCA77u; \\
    return h ^ (h >> 13); \\
  }
HASH(uint4, 4)
uint4 pattern(ulong piece, uint seed, uint inverted) {
  return hash4((uint)(piece << 2) + (uint4)(0, 1, 2, 3), seed) ^ inverted;
}`;
}

function everyPiece({ isContiguous }: Cut): string {
  if (!isContiguous) {
    return `
#define EVERY_PIECE(i, n) \\
  for (ulong i = get_global_id(0); i < n; i += get_global_size(0))`;
  }
  return `
#define SHARE(n) ((n + get_global_size(0) - 1) / get_global_size(0))
#define EVERY_PIECE(i, n) \\
  for (ulong i = get_global_id(0) * SHARE(n), end = min(n, i + SHARE(n)); i < end; i++)`;
}

// OpenCL 1.2 has no atomic minimum of 64 bits: of the lowest wrong place the upper half becomes 0.
function memory(): string {
  const first = RESULT.first / 4;
  return `
kernel void ${ENTRIES.fill}(global uint4 *to, ulong n, uint seed, uint inverted) {
  EVERY_PIECE(i, n) to[i] = pattern(i, seed, inverted);
}

kernel void ${ENTRIES.verify}(
    global const uint4 *from, ulong n, uint seed, uint inverted, global uint *result) {
  EVERY_PIECE(i, n) {
    uint4 wrong = from[i] ^ pattern(i, seed, inverted);
    uint bits = wrong.x | wrong.y | wrong.z | wrong.w;
    if (bits != 0) {
      atomic_inc(result + ${RESULT.count / 4});
      atomic_or(result + ${RESULT.wrongBits / 4}, bits);
      atomic_min(result + ${first}, (uint)i);
      atomic_and(result + ${first + 1}, 0u);
    }
  }
}

kernel void ${ENTRIES.read}(global const uint4 *from, ulong n, global uint *sum) {
  local uint ofGroup;
  if (get_local_id(0) == 0) ofGroup = 0;
  barrier(CLK_LOCAL_MEM_FENCE);
  uint4 fold = 0;
  EVERY_PIECE(i, n) fold ^= from[i];
  atomic_xor(&ofGroup, fold.x ^ fold.y ^ fold.z ^ fold.w);
  barrier(CLK_LOCAL_MEM_FENCE);
  if (get_local_id(0) == 0) atomic_add(sum, ofGroup);
}

kernel void ${ENTRIES.copy}(global uint4 *to, global const uint4 *from, ulong n) {
  EVERY_PIECE(i, n) to[i] = from[i];
}`;
}

// The arithmetic of kernels/fma.ts. \`fma\` rounds once, also where the hardware has to be helped.
function fp32({ lanes }: Cut): string {
  const width = lanes === 1 ? '' : String(lanes);
  const [float, uint] = [`float${width}`, `uint${width}`];
  const numbers = lanes === 1 ? '0' : `(${uint})(${upTo(lanes).join(', ')})`;
  const chains = upTo(CHAINS);
  const add = (factor: string): string =>
    chains.map((j) => `acc${j} = fma(${factor}, q${j}, acc${j});`).join(' ');
  return `
HASH(${uint}, OfLanes)
${float} operand(${uint} lane, uint index, uint seed) {
  return convert_${float}((hashOfLanes(lane * ${WORDS}u + index, seed) & 2046u) + 1u);
}

kernel void ${ENTRIES.fp32}(
    global const uint *golden, global uint *errors, uint rounds, uint seed) {
  uint first = (uint)get_global_id(0) * ${lanes}u;
  ${uint} lane = (first + ${numbers}) & 31u;
  ${float} p = operand(lane, 0, seed), n = -p;
${chains.map((j) => `  ${float} q${j} = operand(lane, ${j + 1}, seed), acc${j} = ${START}.0f;`).join('\n')}
  for (uint turn = 0; turn < rounds; turn++) {
${upTo(UNROLL)
  .map(() => `    ${add('p')} ${add('n')}`)
  .join('\n')}
  }
  ${add('p')}
  ${uint} hash = 0x811C9DC5u;
${chains.map((j) => `  hash = (hash ^ as_${uint}(acc${j})) * 0x01000193u;`).join('\n')}
  uint words[${lanes}];
  ${lanes === 1 ? 'words[0] = hash;' : `vstore${lanes}(hash, 0, words);`}
  for (uint i = 0; i < ${lanes}u; i++) {
    if (words[i] == golden[(first + i) & 31u]) continue;
    uint at = atomic_inc(errors + ${ERROR_LOG.count / 4});
    if (at >= ${ERROR_LOG.most}u) continue;
    global uint *entry = errors + ${ERROR_LOG.entries / 4} + at * ${ERROR_LOG.entryBytes / 4};
    entry[0] = get_group_id(0);
    entry[1] = get_local_id(0);
    entry[2] = (first + i) & 31u;
    entry[3] = words[i];
  }
}`;
}
