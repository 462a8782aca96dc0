import { readFileSync } from 'node:fs';

/** Which Linux this is. */
export interface LinuxRelease {
  /** Stable word of the distribution, e.g. `ubuntu`; null where it does not say. */
  readonly id: string | null;
  /** e.g. "22.04". */
  readonly version: string | null;
  /** As its makers write it, e.g. "Ubuntu 22.04.4 LTS". */
  readonly name: string | null;
}

// os-release(5): the first of the two that exists counts.
const FILES = ['/etc/os-release', '/usr/lib/os-release'];

/** Reads os-release(5); all null where there is none (systems other than Linux). */
export function linuxRelease(read: (path: string) => string | null = readOrNull): LinuxRelease {
  const text = FILES.map((file) => read(file)).find((found) => found !== null) ?? '';
  const values = new Map(text.split('\n').flatMap((line) => assignment(line)));
  const value = (key: string): string | null => values.get(key) || null;
  return { id: value('ID'), version: value('VERSION_ID'), name: value('PRETTY_NAME') };
}

// Values are those of a shell: bare, or in quotes with backslashes before what a shell would read.
function assignment(line: string): [key: string, value: string][] {
  const match = /^([A-Z0-9_]+)=(.*)$/.exec(line.trim());
  if (!match) return [];
  const [, key = '', raw = ''] = match;
  const quoted = /^"(.*)"$|^'(.*)'$/.exec(raw);
  return [[key, (quoted?.[1] ?? quoted?.[2] ?? raw).replaceAll(/\\(.)/g, '$1')]];
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
