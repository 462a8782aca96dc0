import type { ErrorRow } from './row.ts';

const WAIT = 'Nothing to do: Offpeak tries again.';

/** Codes of the network room for dealings with the network's host manager. */
export const hostManagerErrors = {
  'network.host-manager-unreachable': {
    retry: 'auto',
    message: "The network's host manager does not answer.",
    remedy: `${WAIT} If it lasts, check your connection.`,
  },
  'network.host-manager-timed-out': {
    retry: 'auto',
    message: "The network's host manager took too long to answer.",
    remedy: `${WAIT} If it lasts, check your connection.`,
  },
  'network.host-manager-rate-limited': {
    retry: 'auto',
    message: "The network's host manager says that there are too many requests.",
    remedy: 'Nothing to do: Offpeak waits as long as it was asked to.',
  },
  'network.host-manager-maintenance': {
    retry: 'auto',
    message: "The network's host manager is under maintenance.",
    remedy: 'Nothing to do: Offpeak goes on when the maintenance is over.',
  },
  'network.host-manager-failed': {
    retry: 'auto',
    message: "The network's host manager has a fault of its own.",
    remedy: WAIT,
  },
  'network.host-manager-unreadable': {
    retry: 'auto',
    message: "The network's host manager sent an answer that cannot be read.",
    remedy: `${WAIT} If it lasts, update Offpeak: the network may have changed its format.`,
  },
  'network.host-manager-mismatch': {
    retry: 'auto',
    message: "The network's host manager sent an answer that is about somebody else.",
    remedy: `${WAIT} Such an answer is never used.`,
  },
  'network.host-manager-refused': {
    retry: 'owner',
    message: "The network's host manager refused the request.",
    remedy:
      'The network may not take hosts that do not run its own program. Ask its support, or practise meanwhile.',
  },
  'network.too-many-benchmarks': {
    retry: 'auto',
    message: 'The network asked for one benchmark after the other without coming to an end.',
    remedy: WAIT,
  },
  'network.benchmark-invalid': {
    retry: 'auto',
    message: 'The network asked for a benchmark that Offpeak cannot read.',
    remedy: `${WAIT} If it lasts, update Offpeak.`,
  },
  'network.access-key-refused': {
    retry: 'owner',
    message: 'Offpeak did not sign the transaction that should bring the access key of the market.',
    remedy:
      'Nothing was signed. Tell the network what the reason says; do not sign it elsewhere either.',
  },
  'network.access-key-missing': {
    retry: 'auto',
    message: 'The transaction went through, but the access key of the market is not there.',
    remedy: WAIT,
  },
} as const satisfies Record<`network.${string}`, ErrorRow>;
