import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorTable, OffpeakError, toErrorReport } from '../../../app/contract/errors.ts';
import { printErrors } from '../../../build/print-errors.ts';

const rows = Object.entries(errorTable);

describe('the table of errors', () => {
  it.each(rows)('%s says what happened and what to do, in sentences', (code, row) => {
    expect(code).toMatch(/^[a-z]+\.[a-z0-9-]+$/);
    expect(row.message).toMatch(/^[A-Z].*[.!?]$/s);
    expect(row.remedy).toMatch(/^[A-Z].*[.!?]$/s);
  });

  it('has no row that nothing reports', () => {
    const root = join(import.meta.dirname, '..', '..', '..');
    const code = globSync('{app,main}/**/*.ts', { cwd: root })
      .filter((file) => !file.includes('contract/errors/'))
      .map((file) => readFileSync(join(root, file), 'utf8'))
      .join('\n');
    expect(rows.map(([name]) => name).filter((name) => !code.includes(`'${name}'`))).toEqual([]);
  });

  it('is printed in the documentation as it is in the code', () => {
    const file = join(import.meta.dirname, '..', '..', '..', 'docs', 'errors.md');
    expect(readFileSync(file, 'utf8')).toBe(printErrors());
  });
});

describe('an error on its way to a person', () => {
  it('keeps its code and remedy, and leaves its cause at home', () => {
    const error = new OffpeakError('storage.locked', { cause: new Error('secret') });
    expect(error.cause).toBeInstanceOf(Error);
    expect(JSON.stringify(toErrorReport(error))).not.toContain('secret');
    expect(toErrorReport(error).code).toBe('storage.locked');
  });

  it('is a full disk whoever met it', () => {
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    expect(toErrorReport(full).code).toBe('storage.disk-full');
  });

  it('is called our mistake when nobody expected it', () => {
    expect(toErrorReport(new TypeError('x is not a function'))).toMatchObject({
      code: 'host.bug',
      message: expect.stringContaining('x is not a function') as string,
    });
    expect(toErrorReport('just text').message).toContain('just text');
  });
});
