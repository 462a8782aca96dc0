import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bundleIfStale } from './bundle.ts';
import { findElectron } from './find-electron.ts';

/*
 * `npm start`: builds what is needed, then opens the desktop app; where there is no Electron it
 * says why in one sentence and serves the same interface on a loopback address.
 */

const root = join(import.meta.dirname, '..');

await bundleIfStale();
const electron = await findElectron(process.env);
if (electron.path === null) {
  process.stderr.write(`${electron.reason} The same interface opens in your browser instead.\n`);
  await import('../main/cli-start.ts');
} else {
  const app = spawn(electron.path, [root], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => app.kill(signal));
  }
  app.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
