import type { ErrorRow } from './row.ts';

/** Codes of the practice network. */
export const practiceErrors = {
  'practice.no-chain': {
    retry: 'never',
    message: 'There is no practice chain for this computer.',
    remedy:
      'The practice network needs 64-bit Linux with glibc, or macOS. Use one of those, or a Linux virtual machine.',
  },
  'practice.asset-missing': {
    retry: 'never',
    message: 'A part of Offpeak is missing.',
    remedy: 'Install Offpeak again; from source, run "git checkout -- assets".',
  },
  'practice.stopped': {
    retry: 'auto',
    message: 'The practice network stopped.',
    remedy: 'Offpeak starts it again by itself.',
  },
} as const satisfies Record<`practice.${string}`, ErrorRow>;
