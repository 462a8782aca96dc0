#!/usr/bin/env node
// Starts the command line under a Node that runs TypeScript: this one when it is new enough, else
// the Node 24 that the project's own packages bring.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const [major] = process.versions.node.split('.');
if (Number(major) >= 24) {
  await import('./cli.ts');
} else {
  const node = join(
    dirname(createRequire(import.meta.url).resolve('node/package.json')),
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  const cli = join(import.meta.dirname, 'cli.ts');
  const { status, signal } = spawnSync(node, [cli, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = signal ? 1 : (status ?? 1);
}
