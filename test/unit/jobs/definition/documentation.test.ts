import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as limits from '../../../../app/jobs/definition/limits.ts';

const file = join(import.meta.dirname, '../../../../docs/job-definitions.md');

/** The rows of the table of limits: what is limited, the number, its name in the code. */
function documented(): [name: string, value: string][] {
  const rows = readFileSync(file, 'utf8').matchAll(/^\|[^|]+\| +([\d,]+) \| `(\w+)` +\|$/gm);
  return [...rows].map(([, value = '', name = '']) => [name, value]);
}

describe('the page about job definitions', () => {
  it('names every limit once, with the number that is kept', () => {
    const kept = Object.entries(limits).map(([name, value]) => [
      name,
      value.toLocaleString('en-US'),
    ]);
    expect(documented().toSorted()).toEqual(kept.toSorted());
  });
});
