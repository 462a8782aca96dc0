import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** Where Electron's program is, or why there is none. */
export type FoundElectron =
  { readonly path: string } | { readonly path: null; readonly reason: string };

/** The npm package downloads about 120 MB at its first use. */
const DOWNLOAD_MS = 10 * 60_000;

/** Finds Electron's program, downloading it when this computer may show a window. */
export async function findElectron(env: NodeJS.ProcessEnv): Promise<FoundElectron> {
  if (env.OFFPEAK_HEADLESS) return none('OFFPEAK_HEADLESS is set.');
  const chosen = env.ELECTRON_OVERRIDE_DIST_PATH;
  if (chosen) {
    const path = join(chosen, 'electron');
    return existsSync(path) ? { path } : none(`There is no Electron in ${chosen}.`);
  }
  if (process.platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) {
    return none('There is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set).');
  }
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    return none('Electron does not open a sandboxed window for the root user.');
  }
  return await fetchElectron();
}

// The package's own entry answers with the path, after a download where needed.
async function fetchElectron(): Promise<FoundElectron> {
  const main = createRequire(import.meta.url).resolve('electron');
  const ask = `process.stdout.write(require(${JSON.stringify(main)}))`;
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', ask], {
      timeout: DOWNLOAD_MS,
      cwd: dirname(main),
    });
    const path = stdout.trim().split('\n').at(-1) ?? '';
    return existsSync(path) ? { path } : none('Electron is not installed completely.');
  } catch {
    return none('Electron could not be downloaded (is there a way to the Internet?).');
  }
}

function none(reason: string): FoundElectron {
  return { path: null, reason };
}
