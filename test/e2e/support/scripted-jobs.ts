import type { CurrentJob, JobDetail, JobSummary } from '../../../app/contract/job.ts';
import { address } from './scripted-address.ts';
import { anOperation, aPassport, aReceipt } from './scripted-parts.ts';

/*
 * Jobs as the jobs room would show them. Written by hand for tests of the interface: nothing here
 * ever ran.
 */

const MINUTE_MS = 60_000;
/** A paid practice job that ended a while ago, as the list shows it. */
export function aJob(seed: number, changes: Partial<JobSummary> = {}): JobSummary {
  const startedAt = Date.now() - seed * 37 * MINUTE_MS;
  return {
    id: address(seed),
    run: address(seed + 1_000_000),
    network: 'practice',
    practice: true,
    title: 'A story about the night by offpeak/practice-llm',
    image: 'offpeak/practice-llm:1',
    state: 'closed',
    outcome: 'paid',
    status: 'success',
    startedAt,
    endedAt: startedAt + 12 * MINUTE_MS + 4_000,
    grossBaseUnits: '108600',
    transaction: address(seed + 2_000_000) + address(seed + 3_000_000),
    ...changes,
  };
}

/** Everything about a job of the list; a closed one has its passport, receipt and history. */
export function detailOf(job: JobSummary, changes: Partial<JobDetail> = {}): JobDetail {
  const { startedAt, endedAt, grossBaseUnits } = job;
  const steps: [number, string, string][] = [
    [0, 'offered', 'The network assigned this job to this host. The pay clock runs.'],
    [900, 'accepted', 'Accepted: the job asks for nothing that is not allowed.'],
    [1_400, 'pulled', `The image ${job.image ?? ''} is here.`],
    [2_100, 'operation-started', '"write" runs.'],
  ];
  const paid = grossBaseUnits !== null && endedAt !== null;
  return {
    ...job,
    passport: aPassport({ images: job.image === null ? [] : [job.image] }),
    operations: [anOperation({ image: job.image, startedAt, endedAt })],
    receipt: paid
      ? aReceipt({
          practice: job.practice,
          network: job.network,
          transaction: job.transaction,
          settledAt: endedAt,
          grossBaseUnits,
        })
      : null,
    definition: JSON.stringify(aDefinition, null, 2),
    expiresAt: startedAt + 7200_000,
    timeline: steps.map(([after, step, detail]) => ({ at: startedAt + after, step, detail })),
    ...changes,
  };
}

/** The run in hand for a job of the list. */
export function currentJobOf(job: JobSummary, changes: Partial<CurrentJob> = {}): CurrentJob {
  return {
    id: job.id,
    run: job.run,
    title: job.title,
    image: job.image,
    stage: 'running',
    stageSince: job.startedAt + 2_100,
    assignedAt: job.startedAt,
    expiresAt: job.startedAt + 7200_000,
    pricePerSecond: '150',
    passport: aPassport(),
    pull: null,
    operations: [anOperation({ state: 'running', exitCode: null, endedAt: null })],
    logBytes: 0,
    handingBack: false,
    ...changes,
  };
}

const aDefinition = {
  version: '0.1',
  type: 'container',
  meta: { trigger: 'practice', title: 'A story about the night' },
  ops: [
    {
      type: 'container/run',
      id: 'write',
      args: { image: 'offpeak/practice-llm:1', cmd: ['--prompt', 'At night the city'] },
    },
  ],
};
