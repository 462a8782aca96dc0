import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { engineProblem } from '../../e2e/support/engine-problem.ts';

const program = join(import.meta.dirname, '../../bench/bench.ts');
const noEngine = await engineProblem();

const BenchDocument = z.object({
  quick: z.literal(true),
  figures: z.array(z.object({ name: z.string(), value: z.number() })),
});

function bench(...options: string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, [program, ...options]);
}

// Whether they still run, never how fast: that depends on the computer.
describe('npm run bench', () => {
  it('measures everything, and prints one document', { timeout: 240_000 }, async () => {
    const { stdout, stderr } = await bench('--quick');
    const { figures } = BenchDocument.parse(JSON.parse(stdout));
    const subjects = new Set(figures.map(({ name }) => name.split(':')[0]));
    const isPresent = (subject: string): boolean =>
      noEngine === null || !['job', 'pull', 'rpc'].includes(subject);
    const all = [
      ...['host', 'job', 'pull', 'log', 'health', 'results', 'codecs', 'rpc'],
      ...['readings, fake driver', 'telemetry'],
    ];
    expect([...subjects]).toEqual(all.filter(isPresent));
    for (const { name, value } of figures) {
      expect(Number.isFinite(value), name).toBe(true);
      expect(stderr).toContain(name);
    }
  });

  it('measures single subjects', async () => {
    const { stdout } = await bench('health', '--quick');
    const { figures } = BenchDocument.parse(JSON.parse(stdout));
    expect(figures.length).toBeGreaterThan(0);
    expect(figures.every(({ name }) => name.startsWith('health: '))).toBe(true);
  });

  it('names the subjects that there are', async () => {
    await expect(bench('nonsense')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('host, job, pull, log, health, results, codecs') as string,
    });
  });
});
