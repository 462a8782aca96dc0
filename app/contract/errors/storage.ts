import type { ErrorRow } from './row.ts';

/** Codes of the storage room. */
export const storageErrors = {
  'storage.cannot-open': {
    retry: 'owner',
    message: 'The database cannot be opened.',
    remedy: 'Check that the folder OFFPEAK_HOME names exists and that you may write to it.',
  },
  'storage.newer-version': {
    retry: 'owner',
    message: 'The database was written by a newer Offpeak.',
    remedy: 'Update Offpeak, or set OFFPEAK_HOME to another folder. Nothing was changed.',
  },
  'storage.older-version': {
    retry: 'owner',
    message: 'The database has not been made ready for this version of Offpeak yet.',
    remedy: 'Start Offpeak once: it does so when it starts, and nothing is lost.',
  },
  'storage.disk-full': {
    retry: 'owner',
    message: 'The disk is full: Offpeak cannot write its records.',
    remedy: 'Free some space on the disk that holds OFFPEAK_HOME; Offpeak goes on by itself.',
  },
  'storage.locked': {
    retry: 'owner',
    message: 'Another Offpeak already uses this folder.',
    remedy: 'Use that one, stop it first, or set OFFPEAK_HOME to another folder.',
  },
} as const satisfies Record<`storage.${string}`, ErrorRow>;
