import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readToolchain } from '../../../build/model/compile.ts';
import { readModelFile } from '../../../build/model/model-file.ts';
import { readShippedModel } from '../../unit/model/shipped.ts';

const room = mkdtempSync(join(tmpdir(), 'offpeak-train-test-'));
afterAll(() => {
  rmSync(room, { recursive: true });
});

describe('the trainer', () => {
  it('learns, gives the same weights every time, and the vocabulary of the shipped model', ({
    skip,
  }) => {
    skip(readToolchain() === null, 'there is no C compiler for Linux here');
    const first = train('first');
    const second = train('second');
    expect(second.file.equals(first.file)).toBe(true);
    expect(second.report).toContain('step 40 ');
    // A model that has learnt nothing is as good as a guess among 512 pieces, which costs ln 512 = 6.2.
    expect(Number(/held-out (\d+\.\d+)/.exec(first.report)?.[1])).toBeLessThan(4.6);
    const shipped = readModelFile(readShippedModel());
    expect(readModelFile(first.file)).toMatchObject({
      vocabulary: shipped.vocabulary,
      sizes: shipped.sizes,
    });
  }, 120_000);
});

function train(name: string): { file: Buffer; report: string } {
  const script = fileURLToPath(new URL('../../../build/model/train.ts', import.meta.url));
  const out = join(room, name);
  const report = execFileSync(process.execPath, [script, '40', out], { encoding: 'utf8' });
  return { file: readFileSync(out), report };
}
