import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/*
 * `npm run screenshots`: the journey test takes the pictures of the README on its way through the
 * real interface, on a real host that has been paid for real practice jobs.
 */

const root = join(import.meta.dirname, '..');
const { status } = spawnSync(
  'npx',
  ['playwright', 'test', '--config', 'test/e2e/playwright.config.ts', 'journey'],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, OFFPEAK_SCREENSHOTS: join(root, 'docs', 'screenshots') },
    shell: process.platform === 'win32',
  },
);
process.exitCode = status ?? 1;
