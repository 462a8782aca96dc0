import { MEMORY_ENTRIES } from './kernel.ts';
import { hashLines, kernel, upTo } from './text.ts';

/* Kernels that move memory, in pieces of 16 bytes; what they take says kernel.ts. */

/** Fill, verify, read and copy. */
export function memoryKernels(): string {
  return [fill(), verify(), read(), copy()].join('');
}

// Each 32-bit word is the hash of its own place, so that a wrong address is seen as well.
function fill(): string {
  return kernel(MEMORY_ENTRIES.fill, {
    parameters: [
      ['u64', '%rd_p'],
      ['u64', '%rd_n'],
      ['u32', '%r_seed'],
      ['u32', '%r_inv'],
    ],
    registers: ['.reg .b32 %r_seed, %r_inv;', '.reg .b64 %rd_p, %rd_n;'],
    body: everyPiece([...pattern(), 'st.global.v4.u32 [%rd6], {%r10, %r11, %r12, %r13};']),
  });
}

function verify(): string {
  return kernel(MEMORY_ENTRIES.verify, {
    parameters: [
      ['u64', '%rd_p'],
      ['u64', '%rd_n'],
      ['u32', '%r_seed'],
      ['u32', '%r_inv'],
      ['u64', '%rd_pResult'],
    ],
    registers: ['.reg .b32 %r_seed, %r_inv, %r_bad;', '.reg .b64 %rd_p, %rd_n, %rd_pResult;'],
    body: everyPiece([
      ...pattern(),
      'ld.global.v4.u32 {%r20, %r21, %r22, %r23}, [%rd6];',
      'mov.u32 %r_bad, 0;',
      ...upTo(4).flatMap((i) => [
        `xor.b32 %r1${i}, %r1${i}, %r2${i};`,
        `or.b32 %r_bad, %r_bad, %r1${i};`,
      ]),
      'setp.eq.u32 %p2, %r_bad, 0;',
      '@%p2 bra NEXT;',
      'red.global.add.u32 [%rd_pResult], 1;',
      'red.global.or.b32 [%rd_pResult+4], %r_bad;',
      'red.global.min.u64 [%rd_pResult+16], %rd3;',
      'NEXT:',
    ]),
  });
}

// Calls for the piece %rd3 at the address %rd6, until all are done.
function everyPiece(work: readonly string[]): string[] {
  return [
    'cvt.u64.u32 %rd3, %r_gid;',
    'cvt.u64.u32 %rd4, %r_stride;',
    'LOOP:',
    'setp.ge.u64 %p1, %rd3, %rd_n;',
    '@%p1 bra DONE;',
    'shl.b64 %rd6, %rd3, 4;',
    'add.u64 %rd6, %rd6, %rd_p;',
    ...work,
    'add.u64 %rd3, %rd3, %rd4;',
    'bra LOOP;',
    'DONE:',
    'ret;',
  ];
}

// The four words that belong at piece %rd3, in %r10 to %r13.
function pattern(): string[] {
  return [
    'shl.b64 %rd5, %rd3, 2;',
    'cvt.u32.u64 %r1, %rd5;',
    ...upTo(4).flatMap((i) => [
      `add.u32 %r2, %r1, ${i};`,
      ...hashLines(`%r1${i}`, '%r2'),
      `xor.b32 %r1${i}, %r1${i}, %r_inv;`,
    ]),
  ];
}

// What was read is folded and summed up: the same sum every time, or something was read wrongly. The
// lanes of a warp fold first: an atomic addition of each thread would take as long as the reading.
function read(): string {
  return kernel(MEMORY_ENTRIES.read, {
    parameters: [
      ['u64', '%rd_p'],
      ['u64', '%rd_n'],
      ['u64', '%rd_pSum'],
    ],
    registers: ['.reg .b32 %r_fold;', '.reg .b64 %rd_p, %rd_n, %rd_pSum;'],
    body: [
      'mov.u32 %r_fold, 0;',
      ...everyFourPieces([
        ...loads(),
        ...upTo(16).map((i) => `xor.b32 %r_fold, %r_fold, %r${20 + i};`),
      ]),
      ...[16, 8, 4, 2, 1].flatMap((distance) => [
        `shfl.sync.bfly.b32 %r_t, %r_fold, ${distance}, 31, 0xFFFFFFFF;`,
        'xor.b32 %r_fold, %r_fold, %r_t;',
      ]),
      'setp.ne.u32 %p2, %r_lane, 0;',
      '@%p2 bra END;',
      'red.global.add.u32 [%rd_pSum], %r_fold;',
      'END:',
      'ret;',
    ],
  });
}

function copy(): string {
  return kernel(MEMORY_ENTRIES.copy, {
    parameters: [
      ['u64', '%rd_pTo'],
      ['u64', '%rd_p'],
      ['u64', '%rd_n'],
    ],
    registers: ['.reg .b64 %rd_p, %rd_pTo, %rd_n;'],
    body: everyPiece([
      'sub.u64 %rd7, %rd6, %rd_p;',
      'add.u64 %rd7, %rd7, %rd_pTo;',
      `ld.global.v4.u32 {${four(0)}}, [%rd6];`,
      `st.global.v4.u32 [%rd7], {${four(0)}};`,
    ]),
  });
}

// Four pieces a grid apart are in flight at once; the first address is %rd6.
function everyFourPieces(work: readonly string[]): string[] {
  return [
    'cvt.u64.u32 %rd3, %r_gid;',
    'cvt.u64.u32 %rd4, %r_stride;',
    'shl.b64 %rd7, %rd4, 4;',
    'shl.b64 %rd8, %rd4, 2;',
    'LOOP:',
    'setp.ge.u64 %p1, %rd3, %rd_n;',
    '@%p1 bra DONE;',
    'shl.b64 %rd6, %rd3, 4;',
    'add.u64 %rd6, %rd6, %rd_p;',
    ...work,
    'add.u64 %rd3, %rd3, %rd8;',
    'bra LOOP;',
    'DONE:',
  ];
}

function loads(): string[] {
  return upTo(4).flatMap((i) => [
    `ld.global.v4.u32 {${four(i)}}, [%rd6];`,
    'add.u64 %rd6, %rd6, %rd7;',
  ]);
}

function four(i: number): string {
  return upTo(4)
    .map((j) => `%r${20 + 4 * i + j}`)
    .join(', ');
}
