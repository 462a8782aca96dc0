import { ERROR_LOG } from './kernel.ts';
import { digestLines, upTo } from './text.ts';

/*
 * The end of every kernel that computes. It adds A*B and takes it away again, in integers that are
 * exact in one binade of the accumulator; so after any number of rounds the accumulator is what it was
 * at the start, and a single wrong bit on the way stays in it. One more A*B is added at the end: a
 * multiplier that does nothing is seen as well.
 */

export const CHECK_PARAMETERS = [
  ['u64', '%rd_pGolden'],
  ['u64', '%rd_pErrors'],
  ['u32', '%r_rounds'],
  ['u32', '%r_seed'],
] as const;

export const CHECK_REGISTERS = [
  '.reg .b64 %rd_pGolden, %rd_pErrors;',
  '.reg .b32 %r_rounds, %r_seed, %r_hash, %r_smid;',
];

/** A loop over %r_rounds, at least one. */
export function roundsOf(work: readonly string[]): string[] {
  return [
    'LOOP:',
    ...work,
    'sub.u32 %r_rounds, %r_rounds, 1;',
    'setp.ne.u32 %p1, %r_rounds, 0;',
    '@%p1 bra LOOP;',
  ];
}

/** Compares the lane's registers with the golden word, and logs what differs. */
export function compareLines(registers: readonly string[]): string[] {
  const logged = ['%r_smid', '%r_block', '%r_tid', '%r_hash'];
  return [
    ...digestLines(registers),
    'mul.wide.u32 %rd20, %r_lane, 4;',
    'add.u64 %rd20, %rd20, %rd_pGolden;',
    'ld.global.u32 %r_t, [%rd20];',
    'setp.eq.u32 %p2, %r_hash, %r_t;',
    '@%p2 bra DONE;',
    'mov.u32 %r_smid, %smid;',
    `atom.global.add.u32 %r100, [%rd_pErrors+${ERROR_LOG.count}], 1;`,
    `setp.ge.u32 %p3, %r100, ${ERROR_LOG.most};`,
    '@%p3 bra DONE;',
    `mul.wide.u32 %rd21, %r100, ${ERROR_LOG.entryBytes};`,
    'add.u64 %rd21, %rd21, %rd_pErrors;',
    ...upTo(4).map((i) => `st.global.u32 [%rd21+${ERROR_LOG.entries + 4 * i}], ${logged[i]};`),
    'DONE:',
    'ret;',
  ];
}
