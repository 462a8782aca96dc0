import { createRequire } from 'node:module';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cruise, type IForbiddenRuleType } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const product = globSync('{app,main,renderer,build}/**/*.{ts,tsx}', { cwd: root });

const layers = createRequire(import.meta.url)('../../build/layers.cjs') as {
  forbidden: IForbiddenRuleType[];
  options: Record<string, unknown>;
};

// A tree of two files, checked by the very rules that the linter uses.
const sandbox = mkdtempSync(join(root, '.layers-'));
symlinkSync(join(root, 'node_modules'), join(sandbox, 'node_modules'));
writeFileSync(join(sandbox, 'tsconfig.json'), readFileSync(join(root, 'tsconfig.json')));
afterAll(() => rmSync(sandbox, { recursive: true, force: true }));

async function brokenRules(from: string, imports: string, how = 'import'): Promise<string[]> {
  for (const folder of ['app', 'main', 'renderer']) {
    rmSync(join(sandbox, folder), { recursive: true, force: true });
    mkdirSync(join(sandbox, folder));
  }
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(sandbox, file)), { recursive: true });
    writeFileSync(join(sandbox, file), text);
  };
  if (imports.startsWith('/')) write(imports.slice(1), 'export const x = 1;\n');
  const depth = '../'.repeat(from.split('/').length - 1);
  const target = imports.startsWith('/') ? `${depth}${imports.slice(1)}` : imports;
  write(from, `${how} * as x from '${target}';\nexport type Y = typeof x;\n`);
  const { output } = await cruise(
    ['app', 'main', 'renderer'],
    {
      ...layers.options,
      baseDir: sandbox,
      validate: true,
      ruleSet: { forbidden: layers.forbidden },
    },
    {},
    { tsConfig: extractTSConfig(join(root, 'tsconfig.json')) },
  );
  if (typeof output === 'string') throw new Error(output);
  return output.summary.violations.map(({ rule }) => rule.name);
}

describe('who may import whom', () => {
  it.each([
    ['a room, another room', 'app/jobs/a.ts', '/app/wallet/b.ts', 'room-jobs'],
    [
      'the contract, anything of the host',
      'app/contract/a.ts',
      '/app/jobs/b.ts',
      'contract-is-leaf',
    ],
    [
      'the renderer, more than the contract',
      'renderer/a.ts',
      '/app/jobs/b.ts',
      'renderer-sees-the-contract-only',
    ],
    ['the renderer, Node', 'renderer/a.ts', 'node:fs', 'renderer-has-no-node'],
    ['the host, a shell', 'app/jobs/a.ts', '/main/b.ts', 'app-has-no-shell'],
    ['the host, Electron', 'app/host.ts', 'electron', 'electron-in-main-alone'],
    ['a room, the container library', 'app/jobs/a.ts', 'dockerode', 'library-dockerode'],
    [
      'a room, the chain library',
      'app/network/nosana/a.ts',
      '@solana/web3.js',
      'library-@solana/web3.js',
    ],
    ['the shell, the renderer', 'main/a.ts', '/renderer/b.ts', 'main-uses-app'],
    ['storage, a room', 'app/storage/a.ts', '/app/jobs/b.ts', 'base-storage'],
  ])('forbids: %s', async (_what, from, imports, rule) => {
    expect(await brokenRules(from, imports)).toContain(rule);
  });

  it('allows what the design allows', async () => {
    expect(await brokenRules('app/jobs/a.ts', '/app/contract/b.ts')).toEqual([]);
    expect(await brokenRules('renderer/a.ts', '/app/contract/b.ts')).toEqual([]);
    expect(await brokenRules('app/host.ts', '/app/jobs/b.ts')).toEqual([]);
    expect(await brokenRules('app/adapters/docker/a.ts', 'dockerode')).toEqual([]);
    const port = 'app/containers/a.ts';
    expect(await brokenRules(port, '/app/jobs/ports.ts', 'import type')).toEqual([]);
    expect(await brokenRules(port, '/app/jobs/ports.ts')).toEqual(['ports-are-types']);
  });
});

describe('every file of the product', () => {
  it('is one idea: never more than 400 lines, half of them under 110', () => {
    const lengths = product
      .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length }))
      .sort((a, b) => a.lines - b.lines);
    expect(lengths.filter(({ lines }) => lines > 400)).toEqual([]);
    expect(lengths[Math.floor(lengths.length / 2)]?.lines).toBeLessThan(110);
  });

  it('says what it means without any, without silenced compilers, without leftovers', () => {
    const forbidden =
      /\bas any\b|: any\b|@ts-ignore|@ts-expect-error|@ts-nocheck|\bTODO\b|\bFIXME\b/;
    const guilty = product.filter((file) => forbidden.test(readFileSync(join(root, file), 'utf8')));
    expect(guilty).toEqual([]);
  });
});

describe('package.json', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >;

  it('pins every package to one exact version', () => {
    const ranges = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
      Object.entries(manifest[kind] ?? {}).filter(
        ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
      ),
    );
    expect(ranges).toEqual([]);
  });

  it.each([
    ['electron', 'main'],
    ['react', 'renderer'],
    ['systeminformation', 'app'],
    ['node-nvidia-smi', 'app'],
    ['@solana/web3.js', 'app'],
    ['dockerode', 'app'],
    ['playwright', 'test'],
    ['electron-builder', 'test'],
  ])('%s is used by real code in %s', (name, folder) => {
    const files = globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root });
    const users = files.filter((file) =>
      new RegExp(`['"]${name}(/[^'"]*)?['"]`).test(readFileSync(join(root, file), 'utf8')),
    );
    expect(users).not.toEqual([]);
  });
});
