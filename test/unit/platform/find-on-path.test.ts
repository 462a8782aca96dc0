import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findOnPath } from '../../../app/platform/find-on-path.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'offpeak-path-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function program(...names: string[]): string {
  const path = join(folder, ...names);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, 0o755);
  return path;
}

// File modes and the lack of extensions are those of Unix.
describe.skipIf(process.platform === 'win32')('a program on the PATH', () => {
  it('is the first of its name', async () => {
    const second = program('b', 'tool');
    const path = [join(folder, 'a'), join(folder, 'b'), join(folder, 'c')].join(delimiter);
    program('c', 'tool');
    expect(await findOnPath('tool', { PATH: path })).toBe(second);
  });

  it('is not found when it is not there, or the PATH is empty or absent', async () => {
    expect(await findOnPath('tool', { PATH: folder })).toBeNull();
    expect(await findOnPath('tool', { PATH: '' })).toBeNull();
    expect(await findOnPath('tool', {})).toBeNull();
  });

  it('is passed over when it may not be run', async () => {
    chmodSync(program('tool'), 0o644);
    expect(await findOnPath('tool', { PATH: folder })).toBeNull();
  });

  it('is never taken from the current folder', async () => {
    const before = process.cwd();
    program('tool');
    process.chdir(folder);
    try {
      expect(await findOnPath('tool', { PATH: `${delimiter}/nowhere` })).toBeNull();
    } finally {
      process.chdir(before);
    }
  });

  it('is found however the variable is spelt', async () => {
    const tool = program('tool');
    expect(await findOnPath('tool', { Path: folder })).toBe(tool);
  });
});
