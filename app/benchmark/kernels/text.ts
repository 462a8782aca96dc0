/* Pieces of PTX that all kernels share (NVIDIA, "Parallel Thread Execution ISA"). */

/** The first lines of a module. */
export function header(version: string, target: string): string {
  return `.version ${version}\n.target ${target}\n.address_size 64\n`;
}

type Parameter = readonly [type: 'u64' | 'u32', register: string];

/**
 * One kernel. Parameters are loaded into the registers they name (a u64 becomes a global address if
 * its name begins with %rd_p); then the thread knows %r_gid (its number in the grid), %r_stride
 * (threads in the grid) and %r_lane.
 */
export function kernel(
  name: string,
  parts: {
    readonly parameters: readonly Parameter[];
    readonly registers: readonly string[];
    readonly body: readonly string[];
  },
): string {
  const { parameters, registers, body } = parts;
  const lines = [
    '.reg .pred %p<8>;',
    '.reg .b32 %r<128>;',
    '.reg .b64 %rd<32>;',
    '.reg .b32 %r_gid, %r_stride, %r_lane, %r_tid, %r_block, %r_size, %r_grid, %r_t;',
    ...registers,
    ...parameters.flatMap(([type, register], i) => [
      `ld.param.${type} ${register}, [${name}_${i}];`,
      ...(register.startsWith('%rd_p') ? [`cvta.to.global.u64 ${register}, ${register};`] : []),
    ]),
    'mov.u32 %r_tid, %tid.x;',
    'mov.u32 %r_block, %ctaid.x;',
    'mov.u32 %r_size, %ntid.x;',
    'mov.u32 %r_grid, %nctaid.x;',
    'mad.lo.u32 %r_gid, %r_block, %r_size, %r_tid;',
    'mul.lo.u32 %r_stride, %r_grid, %r_size;',
    'and.b32 %r_lane, %r_tid, 31;',
    ...body,
  ];
  const list = parameters.map(([type], i) => `.param .${type} ${name}_${i}`).join(', ');
  const text = lines.map((line) => (line.endsWith(':') ? line : `  ${line}`)).join('\n');
  return `.visible .entry ${name}(${list})\n{\n${text}\n}\n`;
}

/** `to` becomes the hash of `from` with %r_seed; must do the same as `hash` below. */
export function hashLines(to: string, from: string): string[] {
  return [
    `mul.lo.u32 ${to}, ${from}, 0x9E3779B1;`,
    `add.u32 ${to}, ${to}, %r_seed;`,
    `shr.u32 %r_t, ${to}, 15;`,
    `xor.b32 ${to}, ${to}, %r_t;`,
    `mul.lo.u32 ${to}, ${to}, 0x85EBCA77;`,
    `shr.u32 %r_t, ${to}, 13;`,
    `xor.b32 ${to}, ${to}, %r_t;`,
  ];
}

/** A cheap mixing of 32 bits; the multipliers are those of xxHash32. */
export function hash(value: number, seed: number): number {
  let h = (Math.imul(value, 0x9e3779b1) + seed) >>> 0;
  h ^= h >>> 15;
  h = Math.imul(h, 0x85ebca77);
  h ^= h >>> 13;
  return h >>> 0;
}

/** The bits of a number as a 32-bit float. */
export function floatBits(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0;
}

/** Numbers from 0, as many as wanted. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** FNV-1a over registers, word by word; `digest` does the same. */
export function digestLines(registers: readonly string[]): string[] {
  return [
    'mov.u32 %r_hash, 0x811C9DC5;',
    ...registers.flatMap((register) => [
      `xor.b32 %r_hash, %r_hash, ${register};`,
      'mul.lo.u32 %r_hash, %r_hash, 0x01000193;',
    ]),
  ];
}

export function digest(words: readonly number[]): number {
  return words.reduce((h, word) => Math.imul(h ^ word, 0x01000193), 0x811c9dc5) >>> 0;
}
