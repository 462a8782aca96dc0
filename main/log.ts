import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../app/contract/log.ts';

/** The log file is kept below this; the one before it stays beside it as `.1`. Bytes. */
const MAX_LOG_BYTES = 5 * 1024 * 1024;

/**
 * Opens `offpeak.log` in the home folder: one line per event, time first. With `echo` lines also
 * go to stderr. A log that cannot be written never stops the host.
 */
export function openLog(home: string, options: { echo?: boolean } = {}): Log {
  const file = join(home, 'offpeak.log');
  return (level, message, facts = {}) => {
    const extra = Object.keys(facts).length > 0 ? ` ${JSON.stringify(facts)}` : '';
    const line = `${new Date().toISOString()} ${level} ${message}${extra}\n`;
    if (options.echo) process.stderr.write(line);
    try {
      mkdirSync(home, { recursive: true, mode: 0o700 });
      rotate(file);
      appendFileSync(file, line, { mode: 0o600 });
    } catch {
      // A full disk or a missing folder shows in the doctor; the log itself cannot say so.
    }
  };
}

function rotate(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > MAX_LOG_BYTES) renameSync(file, `${file}.1`);
}
