import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const NAME = 'offpeak-power';

/**
 * Where the helper lies so that root can start it. An AppImage is mounted for its user alone, so there a copy is made
 * in the home folder.
 */
export function helperFile({
  assets,
  home,
  env,
}: {
  readonly assets: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}): string {
  const shipped = join(assets.replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked'), 'power', NAME);
  if (env['APPIMAGE'] === undefined) return shipped;
  const folder = join(home, 'power');
  const copy = join(folder, NAME);
  if (!isSame(shipped, copy)) {
    mkdirSync(folder, { recursive: true });
    copyFileSync(shipped, copy);
  }
  return copy;
}

function isSame(one: string, other: string): boolean {
  try {
    return readFileSync(one).equals(readFileSync(other));
  } catch {
    return false;
  }
}
