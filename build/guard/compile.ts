import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The programs of the guard image: what locks a job's network, the attacker that tries the locks, and
 * the relay between a tunnel and this computer. The last one is for practice alone (build/tunnel).
 */
type Program = 'guard' | 'probe' | 'relay' | 'frp-stand-in';

/** Where the sources lie. */
export const programSource = join(import.meta.dirname, 'program');

const strict = ['-std=c11', '-O2', '-Wall', '-Wextra', '-Wshadow', '-Werror'];
/** All of it is for Linux alone, with the calls that only Linux has. */
const system = ['-D_GNU_SOURCE'];
/** The guard holds rights over a network for a moment: a mistake in it shall end it, not be used. */
const hardened = [
  '-fstack-protector-strong',
  '-D_FORTIFY_SOURCE=2',
  '-fPIE',
  '-static-pie',
  '-Wl,-z,relro,-z,now,-z,noexecstack',
];
/** Small, and free of what changes from one build to the next. */
const small = [
  '-ffunction-sections',
  '-fdata-sections',
  '-Wl,--gc-sections',
  '-Wl,--build-id=none',
  '-s',
];

/** Compiles a program of the image, static as it needs to be; throws with the compiler's words. */
export function compileProgram(program: Program, source = programSource): Buffer {
  const files = [program, 'shared'].flatMap((folder) =>
    // In a fixed order, since the linker lays the program out by it.
    readdirSync(join(source, folder))
      .filter((name) => name.endsWith('.c'))
      .sort()
      .map((name) => `${folder}/${name}`),
  );
  const room = mkdtempSync(join(tmpdir(), 'offpeak-guard-'));
  const output = join(room, program);
  try {
    execFileSync('cc', [...strict, ...system, ...hardened, ...small, '-o', output, ...files], {
      cwd: source,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return readFileSync(output);
  } finally {
    rmSync(room, { recursive: true });
  }
}
