import { readFile, realpath } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { contentType } from './web-policy.ts';

/** A file of the renderer's bundle. */
export interface StaticFile {
  readonly body: Buffer<ArrayBuffer>;
  readonly type: string;
}

/**
 * Reads a file of the bundle by its URL path, or null where there is none. Paths that leave the
 * folder, in any spelling, and links that lead out of it are none.
 */
export async function readStatic(folder: string, urlPath: string): Promise<StaticFile | null> {
  const relative = decode(urlPath);
  if (relative === null || /[\\\0]/.test(relative)) return null;
  const file = join(folder, normalize(relative === '/' ? '/index.html' : relative));
  const type = contentType(extname(file));
  if (!type) return null;
  try {
    const root = await realpath(folder);
    const real = await realpath(file);
    if (!real.startsWith(root + sep)) return null;
    return { body: await readFile(real), type };
  } catch {
    // A file that is not there and one that may not be read look the same from outside.
    return null;
  }
}

function decode(urlPath: string): string | null {
  try {
    return decodeURIComponent(urlPath);
  } catch {
    return null;
  }
}
