import type { ErrorRow } from './row.ts';

const ASK_THE_POSTER = 'Nothing to do: the job is at fault, not this computer.';
const TRIES_AGAIN = 'Nothing to do: Offpeak tries again and goes on with what it already has.';

/** Codes of the resources room: the large files that jobs ask for. */
export const resourcesErrors = {
  'resources.not-found': {
    retry: 'never',
    message: 'A file that the job asks for does not exist.',
    remedy: ASK_THE_POSTER,
  },
  'resources.forbidden': {
    retry: 'never',
    message:
      'A file that the job asks for is not given to everyone; the job has no valid key for it.',
    remedy: ASK_THE_POSTER,
  },
  'resources.unreachable': {
    retry: 'auto',
    message: 'The server that keeps the files of the job cannot be reached.',
    remedy: 'Check your connection; Offpeak tries again and goes on with what it already has.',
  },
  'resources.stalled': {
    retry: 'auto',
    message: 'A download for the job stopped moving.',
    remedy: TRIES_AGAIN,
  },
  'resources.address-refused': {
    retry: 'never',
    message:
      'The job asks for files of this computer or of your network. Offpeak did not ask there.',
    remedy: ASK_THE_POSTER,
  },
  'resources.checksum-mismatch': {
    retry: 'auto',
    message: 'A downloaded file is not the one that was announced.',
    remedy: 'Nothing to do: the file is thrown away and fetched again.',
  },
  'resources.changed': {
    retry: 'auto',
    message: 'A file was replaced on its server while it was downloaded.',
    remedy: 'Nothing to do: Offpeak fetches the new one.',
  },
  'resources.too-large': {
    retry: 'owner',
    message: 'The files of the job are larger than what Offpeak may keep.',
    remedy: 'Give the cache more room, or remove files from it that you no longer want to keep.',
  },
  'resources.disk-full': {
    retry: 'owner',
    message: 'The disk has too little room for the files of the job.',
    remedy: 'Free some space on the disk of the container engine.',
  },
  'resources.unsupported': {
    retry: 'never',
    message: 'The job describes its files in a way that Offpeak does not understand.',
    remedy: ASK_THE_POSTER,
  },
  'resources.stopped': {
    retry: 'never',
    message: 'The download was stopped.',
    remedy: 'Nothing to do: the files that were complete are kept.',
  },
  'resources.not-kept': {
    retry: 'never',
    message: 'Offpeak does not keep such files.',
    remedy: 'See the list of what it keeps.',
  },
  'resources.in-use': {
    retry: 'owner',
    message: 'These files are in use by a job.',
    remedy: 'Remove them when the job has ended.',
  },
} as const satisfies Record<`resources.${string}`, ErrorRow>;
