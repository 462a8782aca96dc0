import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readToolchain, type Toolchain } from '../model/compile.ts';

/*
 * Builds the helper that changes settings of cards as administrator: `node build/power/build.ts [FOLDER]`
 * writes offpeak-power and offpeak-power.json into the folder (assets/power). It needs a C compiler for Linux
 * on x86-64.
 */
const assets = join(import.meta.dirname, '../../assets/power');
const source = join(import.meta.dirname, 'program');

const strict = ['-std=c11', '-O2', '-Wall', '-Wextra', '-Wshadow', '-Werror', '-D_GNU_SOURCE'];
/** It runs as administrator: a mistake in it shall end it, not be used. */
const hardened = [
  '-fstack-protector-strong',
  '-D_FORTIFY_SOURCE=2',
  '-fPIE',
  '-pie',
  '-Wl,-z,relro,-z,now,-z,noexecstack',
];
/** Free of what changes from one build to the next. */
const small = ['-Wl,--build-id=none', '-s'];

/** What offpeak-power.json says of the program beside it. */
interface Facts {
  readonly sha256: string;
  readonly bytes: number;
  readonly toolchain: Toolchain;
}

/** Compiles the helper; throws where there is no compiler for Linux on x86-64. */
export function buildPowerHelper(): { program: Buffer; facts: Facts } {
  const toolchain = readToolchain();
  if (toolchain?.machine.startsWith('x86_64') !== true) {
    throw new Error('the helper is for Linux on x86-64: build it there, with cc installed');
  }
  const program = compile();
  const sha256 = createHash('sha256').update(program).digest('hex');
  return { program, facts: { sha256, bytes: program.length, toolchain } };
}

function compile(): Buffer {
  const files = readdirSync(source)
    .filter((name) => name.endsWith('.c'))
    .sort();
  const room = mkdtempSync(join(tmpdir(), 'offpeak-power-'));
  const output = join(room, 'offpeak-power');
  try {
    execFileSync('cc', [...strict, ...hardened, ...small, '-o', output, ...files], {
      cwd: source,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return readFileSync(output);
  } finally {
    rmSync(room, { recursive: true });
  }
}

if (import.meta.main) {
  const [folder = assets] = process.argv.slice(2);
  const { program, facts } = buildPowerHelper();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'offpeak-power'), program, { mode: 0o755 });
  writeFileSync(join(folder, 'offpeak-power.json'), `${JSON.stringify(facts, null, 2)}\n`);
  console.log(`offpeak-power ${facts.sha256}: ${facts.bytes} bytes`);
}
