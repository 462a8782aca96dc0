import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const sources = ['llm.c', 'model-file.c', 'transformer.c', 'sha256.c'];

/*
 * -ffp-contract=off keeps products and sums apart, as the reference has them; everything after it makes
 * the program small and free of what changes from one build to the next.
 */
const flags = ['-std=c11', '-O3', '-Wall', '-Wextra', '-Werror', '-ffp-contract=off'];
const small = [
  '-ffunction-sections',
  '-fdata-sections',
  '-Wl,--gc-sections',
  '-Wl,--build-id=none',
  '-s',
];

/** Compiles the inference program to `output`, static as the image needs it; throws with the compiler's words. */
export function compileProgram(output: string): void {
  const folder = fileURLToPath(new URL('program/', import.meta.url));
  execFileSync('cc', [...flags, ...small, '-static', '-o', output, ...sources, '-lm'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** What a compiled program depends on beside its source. */
export interface Toolchain {
  readonly compiler: string;
  /** The kind of machine that the compiler writes for, such as x86_64-linux-gnu. */
  readonly machine: string;
  readonly library: string;
}

/** Names the compiler and C library of this machine, or returns null where there is no compiler for Linux. */
export function readToolchain(): Toolchain | null {
  try {
    const machine = firstLine('cc', '-dumpmachine');
    if (!machine.includes('linux')) return null;
    return {
      compiler: firstLine('cc', '--version'),
      machine,
      library: firstLine('ldd', '--version'),
    };
  } catch {
    return null;
  }
}

function firstLine(program: string, option: string): string {
  const text = execFileSync(program, [option], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return text.split('\n', 1)[0] ?? '';
}
