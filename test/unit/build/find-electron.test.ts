import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findElectron } from '../../../build/find-electron.ts';

describe('npm start looks for Electron', () => {
  it('and takes the one that the environment names', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'offpeak-electron-'));
    writeFileSync(join(folder, 'electron'), '');
    const found = await findElectron({ ELECTRON_OVERRIDE_DIST_PATH: folder });
    expect(found).toEqual({ path: join(folder, 'electron') });
  });

  it('and says in one sentence why there is none', async () => {
    const asked = [
      { OFFPEAK_HEADLESS: '1' },
      { ELECTRON_OVERRIDE_DIST_PATH: '/nowhere' },
      ...(process.platform === 'linux' ? [{}] : []),
    ];
    for (const env of asked) {
      const found = await findElectron(env);
      expect(found).toMatchObject({
        path: null,
        reason: expect.stringMatching(/^[A-Z][^.]*.*\.$/) as string,
      });
    }
  });
});
