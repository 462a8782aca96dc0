import path from 'node:path';
import { _electron, type ElectronApplication } from 'playwright';
import { findChromium } from './chromium.ts';

/** Why the stand-in cannot run here, or null when it can: the reason that a skipped test gives. */
export function standInMissing(): string | null {
  if (process.platform !== 'linux') return 'the Electron stand-in runs on Linux alone';
  return findChromium() === null ? 'no Chromium (CHROMIUM_PATH or on PATH)' : null;
}

/** Launches an app folder under the stand-in, by Playwright's own launcher for real Electron. */
export function launchUnderStandIn(
  folder: string,
  options: { args?: string[]; env?: Record<string, string> } = {},
): Promise<ElectronApplication> {
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] = import.meta.dirname;
  const env = Object.entries({ ...process.env, ...options.env });
  return _electron.launch({
    args: [path.resolve(folder), ...(options.args ?? [])],
    env: Object.fromEntries(
      env.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
  });
}
