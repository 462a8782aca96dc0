import type { ErrorRow } from './row.ts';

const ANOTHER = 'Try again later, or name another server in Settings, Network.';

/** Codes of the readiness room. */
export const readinessErrors = {
  'readiness.no-speed-server': {
    retry: 'owner',
    message: 'There is no server to measure the connection against.',
    remedy: 'Name one in Settings, Network. Without it the speed of the connection stays unknown.',
  },
  'readiness.bad-speed-server': {
    retry: 'owner',
    message: 'This is not the address of a speed server.',
    remedy: 'Give an address such as https://speed.cloudflare.com, without a name and password.',
  },
  'readiness.speed-unreachable': {
    retry: 'owner',
    message: 'The speed server does not answer.',
    remedy: `Check your connection. ${ANOTHER}`,
  },
  'readiness.speed-busy': {
    retry: 'owner',
    message: 'The speed server says that there were too many measurements.',
    remedy: ANOTHER,
  },
  'readiness.speed-unusable': {
    retry: 'owner',
    message: 'The speed server answers in a way that cannot be measured.',
    remedy: `Sign in to your network, if it asks for that in a browser. ${ANOTHER}`,
  },
} as const satisfies Record<`readiness.${string}`, ErrorRow>;
