import type { ErrorRow } from './row.ts';

/** Codes of the jobs room. */
export const jobsErrors = {
  'jobs.definition-awaited': {
    retry: 'auto',
    message: 'The job is confidential: its owner has to bring the definition.',
    remedy: 'Nothing to do: Offpeak waits for it as long as the job is paid for.',
  },
  'jobs.definition-invalid': {
    retry: 'never',
    message: 'The job definition is not valid.',
    remedy: 'Nothing to do: the poster has to correct it. "offpeak validate" lists what is wrong.',
  },
  'jobs.declined': {
    retry: 'never',
    message: 'The job asks for something that Offpeak does not do.',
    remedy: 'Leave it out of the definition.',
  },
  'jobs.illegal-step': {
    retry: 'never',
    message: 'Offpeak tried a step that this job does not allow now.',
    remedy: 'Please report it with the log file; the job goes on from its journal.',
  },
  'jobs.journal-damaged': {
    retry: 'never',
    message: 'The records of a job cannot be read.',
    remedy: 'Please report it with the log file. The other jobs are not affected.',
  },
  'jobs.logistics-address': {
    retry: 'never',
    message: 'The job names an address that no job may name.',
    remedy: 'Nothing to do: such a job is declined.',
  },
  'jobs.logistics-failed': {
    retry: 'auto',
    message: 'The address that the job names does not answer as it should.',
    remedy: 'Nothing to do: Offpeak tries again, and goes on without it after four times.',
  },
  'jobs.not-found': {
    retry: 'never',
    message: 'There is no such job.',
    remedy: 'See "offpeak jobs" for the jobs that Offpeak knows.',
  },
  'jobs.result-awaited': {
    retry: 'auto',
    message: 'The job is confidential: its owner has to fetch the result.',
    remedy: 'Nothing to do: Offpeak keeps it for a minute.',
  },
  'jobs.settlement-expired': {
    retry: 'auto',
    message: 'The settlement did not reach the network in time.',
    remedy: 'Nothing to do: Offpeak looks whether the job is still open and signs it anew.',
  },
  'jobs.settlement-pending': {
    retry: 'auto',
    message: 'The settlement was sent, and the network has not answered yet.',
    remedy: 'Nothing to do: Offpeak asks again, and never settles a job twice.',
  },
  'jobs.settlement-unseen': {
    retry: 'auto',
    message: 'The settlement is confirmed, but the network does not show it yet.',
    remedy: 'Nothing to do: Offpeak looks again.',
  },
  'jobs.timed-out': {
    retry: 'auto',
    message: 'It took too long.',
    remedy: 'Nothing to do: Offpeak tries again.',
  },
} as const satisfies Record<`jobs.${string}`, ErrorRow>;
