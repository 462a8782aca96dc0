import { existsSync, renameSync } from 'node:fs';
import { OffpeakError } from '../contract/errors.ts';
import type { Log } from '../contract/log.ts';
import { TelemetryStore } from './store.ts';

/**
 * Opens the readings in this file. A broken file, or one of a newer version, is put aside: charts begin
 * anew, and everything else goes on. Throws `storage.*` where that does not help either.
 */
export function openTelemetryStore(file: string, log: Log): TelemetryStore {
  try {
    return new TelemetryStore(file);
  } catch (error) {
    if (!(error instanceof OffpeakError) || !existsSync(file)) throw error;
    const aside = `${file}.${Date.now()}.aside`;
    log('warn', 'the readings of the cards cannot be opened and were put aside', {
      aside,
      text: error.message,
    });
    for (const end of ['', '-wal', '-shm']) {
      if (existsSync(file + end)) renameSync(file + end, aside + end);
    }
    return new TelemetryStore(file);
  }
}
