import type { ErrorRow } from './row.ts';

/** Codes of the host as a whole. */
export const hostErrors = {
  'host.bug': {
    retry: 'never',
    message: 'Offpeak made a mistake.',
    remedy: 'Please report it with the log file; your jobs and your money are safe in the journal.',
  },
  'host.bad-usage': {
    retry: 'never',
    message: 'This command line is not understood.',
    remedy: 'See "offpeak --help".',
  },
  'host.not-running': {
    retry: 'owner',
    message: 'Offpeak is not running, and only a running host knows this.',
    remedy: 'Start it: "offpeak start --headless", or the desktop app.',
  },
} as const satisfies Record<`host.${string}`, ErrorRow>;
