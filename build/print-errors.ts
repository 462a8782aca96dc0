import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorTable } from '../app/contract/errors.ts';

/** docs/errors.md: every code with its meaning, its remedy and what Offpeak does by itself. */
export function printErrors(): string {
  const rows = Object.entries(errorTable)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([code, row]) => `| \`${code}\` | ${row.message} | ${row.remedy} | ${retries[row.retry]} |`,
    );
  return [
    '# Errors',
    '',
    'Every error has a stable code. This page is printed from the code by',
    '`node build/print-errors.ts`; a test keeps the two equal.',
    '',
    '| code | what happened | what to do | retry |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

const retries = {
  auto: 'Offpeak tries again',
  owner: 'after you acted',
  never: 'no use',
} as const;

if (import.meta.main) {
  writeFileSync(join(import.meta.dirname, '..', 'docs', 'errors.md'), printErrors());
}
