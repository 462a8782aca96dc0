import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KERNEL_MODULES } from '../../../app/benchmark/kernels/modules.ts';

/* NVIDIA's own assembler takes what we generate, for every architecture that is to run it. */

const reason = whyNoAssembler();

const ARCHITECTURES: Readonly<Record<string, readonly number[]>> = {
  base: [75, 80, 86, 89, 90, 100, 120],
  tc75: [75],
  tc80: [80, 86, 89, 90, 100, 103, 120],
  int8: [80, 86, 89, 90, 100, 120],
  tc89: [89, 120],
};

function whyNoAssembler(): string | null {
  try {
    execFileSync('ptxas', ['--version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'there is no ptxas on the PATH: it comes with the CUDA toolkit';
  }
}

describe.skipIf(reason !== null)(`the assembler${reason === null ? '' : ` (${reason})`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-ptxas-'));
  const cases = KERNEL_MODULES.flatMap((module) =>
    (ARCHITECTURES[module.name] ?? []).map((architecture) => ({ module, architecture })),
  );

  it.each(cases)('takes $module.name for sm_$architecture, and spills nothing', (one) => {
    const { module, architecture } = one;
    const file = join(folder, `${module.name}.ptx`);
    writeFileSync(file, module.source());
    const out = join(folder, `${module.name}-${architecture}.cubin`);
    const command = `ptxas -v -arch=sm_${architecture} -o ${out} ${file} 2>&1`;
    const words = execFileSync('sh', ['-c', command], { encoding: 'utf8' });
    const spills = [...words.matchAll(/(\d+) bytes spill stores/g)].map(([, bytes]) =>
      Number(bytes),
    );
    expect(spills.length).toBeGreaterThanOrEqual(module.kernels.length);
    expect(Math.max(...spills)).toBe(0);
  });
});
