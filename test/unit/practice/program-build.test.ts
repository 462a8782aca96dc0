import * as jobs from '@nosana/jobs-program';
import { StakingClient } from '@nosana/kit';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildProgram, compile, findCompiler, programs } from '../../../build/program/build.ts';
import { readSections } from '../../../build/program/elf-object.ts';
import { idsHeader } from '../../../build/program/ids.ts';

const compiler = findCompiler();
const noCompiler = compiler === null ? '(skipped: no clang 18 or newer here)' : '';
const otherCompiler = compiler?.major === 19 ? '' : '(skipped: it was built by clang 19)';

describe.each(Object.entries(programs))('The %s program that ships', (_name, program) => {
  it.skipIf(otherCompiler !== '')(
    `is made from the source beside it, byte for byte ${otherCompiler}`,
    () => {
      expect(compiler).not.toBeNull();
      if (compiler === null) return;
      const built = buildProgram(compiler.command, program);
      expect(built.equals(buildProgram(compiler.command, program))).toBe(true);
      expect(built.equals(readFileSync(program.file))).toBe(true);
    },
    60_000,
  );

  it('is a shared object as the loader of Solana wants it', () => {
    const file = readFileSync(program.file);
    expect(file.toString('latin1', 0, 4)).toBe('\x7fELF');
    expect(file.readUInt16LE(16)).toBe(3); // shared object
    expect(file.readUInt16LE(18)).toBe(247); // BPF
    expect(file.readUInt32LE(48)).toBe(0); // flags: sBPF v0
    const sections = readSections(file);
    expect(sections.map((section) => section.name)).toEqual([
      '',
      '.text',
      '.rodata',
      '.dynamic',
      '.dynsym',
      '.dynstr',
      '.rel.dyn',
      '.shstrtab',
    ]);
  });

  it('leaves the loader only calls of the runtime to fill in', () => {
    const file = readFileSync(program.file);
    const relocations = readSections(file).find((section) => section.name === '.rel.dyn')?.bytes;
    expect(relocations?.length).toBeGreaterThan(0);
    for (let at = 0; relocations && at < relocations.length; at += 16) {
      const place = Number(relocations.readBigUInt64LE(at));
      expect(relocations.readUInt32LE(at + 8)).toBe(10); // R_BPF_64_32
      expect(file.readUInt8(place)).toBe(0x85); // call
      expect(file.readInt32LE(place + 4)).toBe(-1);
    }
  });
});

describe('The numbers in the source', () => {
  const codes = {
    IX_OPEN: jobs.OPEN_DISCRIMINATOR,
    IX_LIST: jobs.LIST_DISCRIMINATOR,
    IX_EXTEND: jobs.EXTEND_DISCRIMINATOR,
    IX_END: jobs.END_DISCRIMINATOR,
    IX_DELIST: jobs.DELIST_DISCRIMINATOR,
    IX_RECOVER: jobs.RECOVER_DISCRIMINATOR,
    IX_CLEAN: jobs.CLEAN_DISCRIMINATOR,
    IX_WORK: jobs.WORK_DISCRIMINATOR,
    IX_STOP: jobs.STOP_DISCRIMINATOR,
    IX_CLAIM: jobs.CLAIM_DISCRIMINATOR,
    IX_FINISH: jobs.FINISH_DISCRIMINATOR,
    IX_COMPLETE: jobs.COMPLETE_DISCRIMINATOR,
    IX_QUIT: jobs.QUIT_DISCRIMINATOR,
    IX_STAKE: StakingClient.STAKE_DISCRIMINATOR,
    IX_TOPUP: StakingClient.TOPUP_DISCRIMINATOR,
    IX_UNSTAKE: StakingClient.UNSTAKE_DISCRIMINATOR,
    IX_RESTAKE: StakingClient.RESTAKE_DISCRIMINATOR,
    IX_WITHDRAW: StakingClient.WITHDRAW_DISCRIMINATOR,
    MARKET_ACCOUNT: jobs.MARKET_ACCOUNT_DISCRIMINATOR,
    JOB_ACCOUNT: jobs.JOB_ACCOUNT_DISCRIMINATOR,
    RUN_ACCOUNT: jobs.RUN_ACCOUNT_DISCRIMINATOR,
    STAKE_ACCOUNT: StakingClient.STAKE_ACCOUNT_DISCRIMINATOR,
  };

  it.each(Object.entries(codes))('%s is that of the client Nosana publishes', (name, bytes) => {
    const value = Buffer.from(bytes).readBigUInt64LE(0);
    expect(idsHeader()).toContain(`#define ${name} 0x${value.toString(16)}UL\n`);
  });

  it.each([
    { what: 'the Jobs program', after: 'nosana-jobs/', prefix: 'NOSANA_JOBS_ERROR__', count: 15 },
    {
      what: 'the Staking program',
      after: 'nosana-staking/',
      prefix: 'NOSANA_STAKING_ERROR__',
      count: 8,
    },
  ])('of an error of $what are those of the client Nosana publishes', (list) => {
    const header = readFileSync(join(dirname(programs.market.source), 'errors.h'), 'utf8');
    const from = header.indexOf(`programs/${list.after}`);
    const own = header.slice(from, header.indexOf('\n\n', from));
    const defined = [...own.matchAll(/^#define (\w+) (\d+),/gm)];
    expect(defined).toHaveLength(list.count);
    const published = new Map(Object.entries({ ...jobs, ...StakingClient }));
    for (const [, name, number] of defined) {
      expect(published.get(`${list.prefix}${name ?? ''}`)).toBe(Number(number));
    }
  });
});

describe.skipIf(compiler === null)(`The linker ${noCompiler}`, () => {
  it('refuses data that the program could change', () => {
    const source = 'unsigned long n = 1; unsigned long entrypoint(void) { return n++; }';
    expect(() => linked(source)).toThrow("a program can't have writable data");
  });

  it('refuses a call of something that the runtime does not have', () => {
    const source =
      'extern void printf(void); unsigned long entrypoint(void) { printf(); return 0; }';
    expect(() => linked(source)).toThrow("the source calls printf, which the runtime doesn't have");
  });

  it('refuses a source without an entry', () => {
    expect(() => linked('unsigned long main_(void) { return 0; }')).toThrow(
      'no function entrypoint',
    );
  });

  it('begins at the entry, wherever it stands', () => {
    const other = 'unsigned long other(unsigned long a) { return a * 7; }';
    const file = linked(`${other} unsigned long entrypoint(void) { return 5; }`);
    const entry = Number(file.readBigUInt64LE(24));
    expect(file.readUInt8(entry)).toBe(0xb7); // mov64 r0, 5
    expect(file.readInt32LE(entry + 4)).toBe(5);
  });

  it('counts a call inside the program in instructions', () => {
    const other =
      '__attribute__((noinline)) unsigned long other(unsigned long a) { return a * 7; }';
    const file = linked(
      `${other} unsigned long entrypoint(unsigned long a) { return other(a) + 1; }`,
    );
    const entry = Number(file.readBigUInt64LE(24));
    expect(file.readUInt8(entry)).toBe(0x85); // call
    expect(file.readUInt8(entry + 1) >> 4).toBe(1); // inside the program
    expect(entry + 8 + file.readInt32LE(entry + 4) * 8).toBe(232); // where the code begins
  });

  it('gives constants the address at which the loader maps them', () => {
    const file = linked(
      'extern unsigned long sol_log_(const char *, unsigned long);' +
        'unsigned long entrypoint(void) { return sol_log_("hello", 5); }',
    );
    const entry = Number(file.readBigUInt64LE(24));
    expect(file.readUInt8(entry)).toBe(0x18); // lddw r1, "hello"
    expect(file.readUInt32LE(entry + 12)).toBe(1);
    const text = file.readUInt32LE(entry + 4);
    expect(file.toString('latin1', text, text + 6)).toBe('hello\0');
  });
});

function linked(source: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-link-test-'));
  try {
    const file = join(folder, 'source.c');
    writeFileSync(file, source);
    return compile(compiler?.command ?? 'clang', file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
