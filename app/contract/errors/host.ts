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
} as const satisfies Record<`host.${string}`, ErrorRow>;
