import { findChromium as chromiumPath } from '../../fakes/electron/chromium.ts';

/** Said by every test that is skipped for it. */
export const NO_CHROMIUM =
  'NO CHROMIUM: install Chromium or Chrome, or set CHROMIUM_PATH, to run the tests of the interface';

/** How to launch a browser that talks to nobody but our own server. */
interface Launch {
  /** The computer's own (CHROMIUM_PATH, else on PATH); missing where there is none. */
  executablePath?: string;
  args: string[];
}

/** How to launch the computer's own Chromium or Chrome. */
export function findChromium(): Launch {
  const executablePath = chromiumPath();
  // The browser's own sandbox refuses to run as root, as it does in most containers.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const args = [
    ...asRoot,
    '--disable-quic',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ];
  return executablePath === null ? { args } : { executablePath, args };
}
