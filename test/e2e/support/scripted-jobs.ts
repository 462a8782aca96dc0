import type {
  CurrentJob,
  JobDetail,
  JobSummary,
  OperationView,
  Passport,
  Receipt,
} from '../../../app/contract/job.ts';

/*
 * Jobs as the jobs room would show them. Written by hand for tests of the interface: nothing here
 * ever ran.
 */

const MINUTE_MS = 60_000;
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** A made-up address of 44 letters that is the same for the same seed. */
export function address(seed: number): string {
  let value = seed * 7919 + 104_729;
  return Array.from({ length: 44 }, () => {
    value = (value * 1_103_515_245 + 12_345) % 2_147_483_648;
    return BASE58.charAt(value % BASE58.length);
  }).join('');
}

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

/** What policy said of such a job. */
export function aPassport(changes: Partial<Passport> = {}): Passport {
  return {
    images: ['offpeak/practice-llm:1'],
    gpu: false,
    ports: [],
    operations: 1,
    maxDurationSeconds: 7200,
    pricePerSecond: '150',
    poster: address(7),
    market: address(8),
    isolation: [
      'It sees none of your files: it has a disk of its own, which is removed after it.',
      'No way out: not to the Internet, not to your home network, not to this computer.',
      'It has no special rights on this computer and cannot get any.',
      'It sees neither your programs nor other jobs.',
      'It cannot use the card.',
    ],
    refusals: [],
    ...changes,
  };
}

/** One operation that went well. */
export function anOperation(changes: Partial<OperationView> = {}): OperationView {
  return {
    id: 'write',
    group: 'write',
    image: 'offpeak/practice-llm:1',
    state: 'ended',
    exitCode: 0,
    problem: null,
    startedAt: Date.now() - 12 * MINUTE_MS,
    endedAt: Date.now(),
    ...changes,
  };
}

/** The receipt of a job of 724 paid seconds. */
export function aReceipt(changes: Partial<Receipt> = {}): Receipt {
  return {
    network: 'practice',
    practice: true,
    transaction: address(2_000_001) + address(3_000_001),
    settledAt: Date.now() - 5 * MINUTE_MS,
    paidSeconds: 724,
    pricePerSecond: '150',
    grossBaseUnits: '108600',
    refundBaseUnits: '971400',
    resultCid: `Qm${address(9)}`,
    powerWattHours: null,
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
