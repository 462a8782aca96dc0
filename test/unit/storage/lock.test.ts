import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockHome } from '../../../app/storage/lock.ts';

const lockModule = join(import.meta.dirname, '..', '..', '..', 'app', 'storage', 'lock.ts');

describe('the lock of the home folder', () => {
  it('lets one Offpeak in and tells the second what to do', () => {
    const home = mkdtempSync(join(tmpdir(), 'offpeak-lock-'));
    const release = lockHome(home);
    expect(() => lockHome(home)).toThrow(
      expect.objectContaining({
        code: 'storage.locked',
        remedy: expect.stringContaining('OFFPEAK_HOME') as string,
      }) as Error,
    );
    release();
    lockHome(home)();
  });

  it('is held although nobody keeps its release', () => {
    const home = mkdtempSync(join(tmpdir(), 'offpeak-lock-'));
    const script = `
      const { lockHome } = await import(${JSON.stringify(lockModule)});
      lockHome(${JSON.stringify(home)});
      globalThis.gc();
      await new Promise(setImmediate);
      globalThis.gc();
      try { lockHome(${JSON.stringify(home)}); } catch (error) { console.log(error.code); }`;
    const { stdout } = spawnSync(
      process.execPath,
      ['--expose-gc', '--input-type=module', '-e', script],
      { encoding: 'utf8' },
    );
    expect(stdout.trim()).toBe('storage.locked');
  });

  it('is free again at once when its holder is killed', async () => {
    const home = mkdtempSync(join(tmpdir(), 'offpeak-lock-'));
    const script = `
      const { lockHome } = await import(${JSON.stringify(lockModule)});
      lockHome(${JSON.stringify(home)});
      process.stdout.write('locked');
      setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', script]);
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    expect(() => lockHome(home)).toThrow(/already uses/);
    const gone = new Promise((resolve) => holder.once('exit', resolve));
    holder.kill('SIGKILL');
    await gone;
    lockHome(home)();
  });
});
