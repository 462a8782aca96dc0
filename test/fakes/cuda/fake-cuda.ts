import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KERNEL_MODULES } from '../../../app/benchmark/kernels/modules.ts';
import { SEED } from '../../../app/benchmark/ladder/run-steps.ts';

/** What the fake card does; libcuda.c says what each of these means. */
export type Script = Readonly<Record<string, number>>;

/** Why there can be no fake driver here; null where there can. */
export function whyNoFakeCuda(): string | null {
  if (process.platform !== 'linux') return 'the fake driver is built for Linux';
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'there is no C compiler to build the fake driver with';
  }
}

/** Builds the fake driver; returns the environment of a process that finds it, as `script` has it. */
export function buildFakeCuda(): (script?: Script) => Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-fake-cuda-'));
  const source = join(import.meta.dirname, 'libcuda.c');
  // Its thread outlives the unloading at the end of a process, as the driver's do.
  const flags = ['-O2', '-shared', '-fPIC', '-pthread', '-Wl,-z,nodelete', '-Wall', '-Werror'];
  execFileSync('cc', [...flags, '-o', join(folder, 'libcuda.so.1'), source]);
  const golden = join(folder, 'golden');
  writeFileSync(golden, goldenLines().join('\n'));
  return (script = {}) => ({
    LD_LIBRARY_PATH: folder,
    FAKE_CUDA_GOLDEN: golden,
    FAKE_CUDA: Object.entries(script)
      .map(([name, value]) => `${name}=${value}`)
      .join(','),
  });
}

function goldenLines(): string[] {
  return KERNEL_MODULES.flatMap(({ kernels }) => kernels).map((kernel) =>
    [kernel.entry, SEED, ...kernel.golden(SEED)].join(' '),
  );
}
