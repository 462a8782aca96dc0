import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SECCOMP_FILE, SECCOMP_PROFILE } from './seccomp.ts';

/**
 * Keeps the filter of system calls as a file in a folder of the owner's, and returns its path: an
 * engine that reads it from there cannot open what lies inside the packaged app. Throws Node's
 * errors of files.
 */
export function keepSeccompFile(folder: string): string {
  const path = join(folder, SECCOMP_FILE);
  if (contentOf(path) === SECCOMP_PROFILE) return path;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(path, SECCOMP_PROFILE, { mode: 0o600 });
  return path;
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
