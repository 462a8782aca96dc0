import { readFileSync } from 'node:fs';

/**
 * Names the time since this computer was started (Linux; random(4)); another start has another name. Where it
 * cannot be told, the name is always the same.
 */
export function bootName(file = '/proc/sys/kernel/random/boot_id'): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
