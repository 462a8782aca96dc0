import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { idsHeader } from './ids.ts';
import { link } from './link.ts';

/** The asset was made by clang 19, the only one tried; 18 is let through, older ones are not. */
const oldestClang = 18;

const here = import.meta.dirname;
const source = join(here, 'source');

const assets = join(here, '../../assets/practice');

/** A program of the practice network: its C source, and where the built one lies. */
export interface Program {
  readonly source: string;
  readonly file: string;
}

/** The stand-ins for Nosana's Jobs and Staking programs. */
export const programs = {
  market: { source: join(source, 'program.c'), file: join(assets, 'market.so') },
  staking: { source: join(source, 'staking.c'), file: join(assets, 'staking.so') },
} as const satisfies Record<string, Program>;

/**
 * Compiles and links a practice program and returns the bytes of the shared object. The same
 * compiler gives the same bytes every time. Throws what the compiler said.
 */
export function buildProgram(compiler: string, program: Program): Buffer {
  return inFolder((folder) => {
    writeFileSync(join(folder, 'ids.h'), idsHeader());
    return compile(compiler, program.source, ['-I', folder, '-I', source]);
  });
}

/** Compiles and links one C file; throws what the compiler said, or what the linker refuses. */
export function compile(compiler: string, file: string, options: readonly string[] = []): Buffer {
  return inFolder((folder) => {
    const object = join(folder, 'program.o');
    execFileSync(compiler, [...flags, ...options, '-c', file, '-o', object], { stdio: 'pipe' });
    return link(readFileSync(object));
  });
}

/** A compiler on this machine with its major version, or null where there is none that will do. */
export function findCompiler(): { command: string; major: number } | null {
  for (const command of ['clang-19', 'clang']) {
    const major = versionOf(command);
    if (major !== null && major >= oldestClang) return { command, major };
  }
  return null;
}

/**
 * mcpu=v2 is the instruction set of sBPF v0; jump tables would need relocations in data; the stack
 * frame of Solana is 4096 bytes, not the 512 of Linux; and there is no C library to call.
 */
const flags = [
  '--target=bpfel',
  '-mcpu=v2',
  '-O2',
  '-ffreestanding',
  '-fno-builtin',
  '-fno-strict-aliasing',
  '-fno-jump-tables',
  '-fno-unwind-tables',
  '-fno-asynchronous-unwind-tables',
  '-mllvm',
  '-bpf-stack-size=4096',
  '-Wall',
  '-Wextra',
  '-Werror',
];

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-program-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function versionOf(command: string): number | null {
  try {
    const output = execFileSync(command, ['--version'], { encoding: 'utf8', stdio: 'pipe' });
    const major = /version (\d+)\./.exec(output)?.[1];
    return major === undefined ? null : Number(major);
  } catch {
    return null; // not installed
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const compiler = findCompiler();
  if (!compiler) throw new Error(`clang ${oldestClang} or newer is needed, clang-19 by preference`);
  mkdirSync(assets, { recursive: true });
  for (const program of Object.values(programs)) {
    const built = buildProgram(compiler.command, program);
    writeFileSync(program.file, built);
    console.log(`${program.file}: ${built.length} bytes, by clang ${compiler.major}`);
  }
}
