import { refusal } from './reply.ts';
import type { Route } from './route.ts';

const NO_SHELL = refusal(
  501,
  'This host gives nobody a shell in a container, the owner of the job included. State what is to run in the job definition.',
);

/** The ways into a container that the network's own host offers, and this one does not. */
export const shellRoutes: readonly Route[] = (
  [
    ['POST', '/job/:job/ssh/authorize'],
    ['GET', '/job/:job/ssh/keys'],
    ['DELETE', '/job/:job/ssh/keys'],
  ] as const
).map(([method, path]) => ({
  method,
  path,
  access: 'owner',
  changes: false,
  does: '501: nobody gets a shell ([decision 011](decisions/011-nobody-gets-a-shell.md))',
  answer: () => NO_SHELL,
}));
