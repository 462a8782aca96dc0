import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const root = join(import.meta.dirname, '..', '..', '..');
const require = createRequire(import.meta.url);
const builder = createRequire(require.resolve('electron-builder'));

// The very schema that electron-builder checks its configuration against before it does anything.
const schema = z
  .record(z.string(), z.unknown())
  .parse(
    JSON.parse(
      readFileSync(
        join(builder.resolve('app-builder-lib/package.json'), '..', 'scheme.json'),
        'utf8',
      ),
    ),
  );

const Config = z.looseObject({
  files: z.array(z.string()),
  electronFuses: z.record(z.string(), z.boolean()),
  win: z.looseObject({ target: z.array(z.object({ target: z.string() })) }),
  linux: z.looseObject({ target: z.array(z.object({ target: z.string() })) }),
});

function readConfig(): unknown {
  return load(readFileSync(join(root, 'electron-builder.yml'), 'utf8'));
}

function validate(config: unknown): boolean {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  return ajv.compile(schema)(config);
}

describe('electron-builder.yml', () => {
  const config = Config.parse(readConfig());

  it('is valid by electron-builder’s own schema', () => {
    expect(validate(readConfig())).toBe(true);
  });

  it('would not be valid with a key that does not exist', () => {
    expect(validate({ ...config, productname: 'typing error' })).toBe(false);
  });

  it('builds an NSIS installer for Windows, AppImage and deb for Linux', () => {
    expect(config.win.target.map(({ target }) => target)).toEqual(['nsis']);
    expect(config.linux.target.map(({ target }) => target)).toEqual(['AppImage', 'deb']);
  });

  it('sets every fuse, and closes all but the one that forked children need', () => {
    expect(config.electronFuses).toEqual({
      runAsNode: true,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
  });

  it('packs the bundle and the assets, not the sources', () => {
    expect(config.files.filter((glob) => !glob.startsWith('!'))).toEqual([
      'dist/**',
      'assets/**',
      'package.json',
    ]);
  });
});
