import type { ErrorRow } from './row.ts';

/** Codes of the wire between host and views. */
export const serveErrors = {
  'serve.unknown-command': {
    retry: 'never',
    message: 'There is no such command.',
    remedy: 'Reload the window; if that does not help, update Offpeak.',
  },
  'serve.bad-input': {
    retry: 'never',
    message: 'The input of this command is not valid.',
    remedy: 'Correct the field that the message names.',
  },
  'serve.too-many-calls': {
    retry: 'auto',
    message: 'Too many requests in one second.',
    remedy: 'Wait a moment; nothing was lost.',
  },
  'serve.port-in-use': {
    retry: 'owner',
    message: 'The address of the dashboard is already in use.',
    remedy: 'Choose another port with --port, or leave it out to get a free one.',
  },
} as const satisfies Record<`serve.${string}`, ErrorRow>;
