import { OffpeakError } from '../contract/errors.ts';
import type { Stage } from '../contract/job.ts';
import { advanceOperation, type OperationStep } from './advance-operation.ts';
import type { Payment } from './ports.ts';
import { workOf, type Leave, type Run, type RunIn, type Work } from './run.ts';
import type { RunEvent, RunStep } from './run-event.ts';
import type { PullRecord, ResourceRecord } from './run-parts.ts';

type StepOf<T extends RunStep['type']> = Extract<RunStep, { type: T }>;
type Working = RunIn<'pulling' | 'running'>;

/**
 * The run after one more step: the only thing that changes a stage. Throws `jobs.illegal-step` for
 * a step that the stage does not allow.
 */
export function advance(run: Run | null, event: RunEvent): Run {
  const { step, at } = event;
  switch (step.type) {
    case 'offered':
      if (run !== null) throw illegal(run, step);
      return begin(step, at);
    case 'definition-fetched':
      return judge(from(run, step, 'offered'), step, at);
    case 'accepted':
      return accept(from(run, step, 'judging'), step, at);
    case 'refused':
      return refuse(from(run, step, 'offered', 'judging'), step, at);
    case 'pull-started':
    case 'pulled':
    case 'pull-failed':
      return notePull(from(run, step, 'pulling'), step);
    case 'resource-started':
    case 'resource-ready':
    case 'resource-failed':
      return noteResource(from(run, step, 'pulling', 'running'), step);
    case 'images-ready':
      return { ...from(run, step, 'pulling'), stage: 'running', stageSince: at };
    case 'operation-skipped':
      return noteOperation(from(run, step, 'pulling', 'running'), step, at);
    case 'operation-starting':
    case 'operation-started':
    case 'operation-ready':
    case 'operation-restarting':
    case 'operation-ended':
      return noteOperation(from(run, step, 'running'), step, at);
    case 'operation-stop-asked':
    case 'operation-restart-asked':
      return noteAsk(from(run, step, 'running'), step, at);
    case 'extended':
      return {
        ...from(run, step, 'offered', 'judging', 'pulling', 'running'),
        timeoutSeconds: step.timeoutSeconds,
      };
    case 'cause-decided':
      return decideCause(from(run, step, 'offered', 'judging', 'pulling', 'running'), step, at);
    case 'log-incomplete':
      return withWork(from(run, step, 'pulling', 'running'), { logIncomplete: step.reason });
    case 'result-built':
      return keepResult(from(run, step, 'pulling', 'running', 'storing'), step, at);
    case 'result-delivered':
      return {
        ...from(run, step, 'storing'),
        delivery: { ok: step.ok, detail: step.detail },
      };
    case 'result-stored':
      return leave(from(run, step, 'storing'), { how: 'finish', cid: step.cid }, at);
    case 'settlement-signed':
    case 'settlement-expired':
    case 'settlement-rejected':
      return noteTransaction(from(run, step, 'settling'), step);
    case 'settlement-confirmed':
      return confirm(from(run, step, 'storing', 'settling'), step, at);
    case 'closed':
      return close(from(run, step, 'settling'), step, at);
  }
}

/** The run if it is in one of these stages; the step is illegal otherwise. */
function from<S extends Stage>(run: Run | null, step: RunStep, ...stages: S[]): RunIn<S> {
  if (run === null || !isIn(run, stages)) throw illegal(run, step);
  return run;
}

function isIn<S extends Stage>(run: Run, stages: readonly S[]): run is RunIn<S> {
  return stages.some((stage) => stage === run.stage);
}

function illegal(run: Run | null, step: RunStep): OffpeakError {
  const stage = run === null ? 'before its offer' : `in the stage "${run.stage}"`;
  return new OffpeakError('jobs.illegal-step', {
    message: `The step "${step.type}" is not possible ${stage}.`,
  });
}

function begin(step: StepOf<'offered'>, at: number): RunIn<'offered'> {
  const { offer, network, host, practice } = step;
  return {
    stage: 'offered',
    offer: { ...offer, pricePerSecond: BigInt(offer.pricePerSecond) },
    network,
    host,
    practice,
    title: `Job ${offer.job.slice(0, 8)}`,
    image: null,
    timeoutSeconds: offer.timeoutSeconds,
    stageSince: at,
    definition: null,
    stub: null,
    passport: null,
  };
}

function judge(
  run: RunIn<'offered'>,
  { definition, stub }: StepOf<'definition-fetched'>,
  at: number,
): RunIn<'judging'> {
  return { ...run, stage: 'judging', stageSince: at, definition, stub };
}

function accept(run: RunIn<'judging'>, step: StepOf<'accepted'>, at: number): Working {
  const operations = step.groups.flatMap(({ name, operations }) =>
    operations.map((operation) => ({ ...operation, group: name, state: 'waiting' as const })),
  );
  const { title, image, passport, groups, hostAddress, cards, privateSeeds } = step;
  const nothingYet = { pulls: [], resources: [], cause: null, logIncomplete: null };
  const work = { groups, hostAddress, cards, privateSeeds, operations, ...nothingYet };
  return { ...run, stage: 'pulling', stageSince: at, title, image, passport, work };
}

function refuse(
  run: RunIn<'offered' | 'judging'>,
  step: StepOf<'refused'>,
  at: number,
): RunIn<'settling'> {
  const { title, image, passport, reasons } = step;
  const named = { ...run, title: title ?? run.title, image, passport };
  return leave(named, { how: 'quit', reasons }, at);
}

function leave(
  run: RunIn<'offered' | 'judging' | 'storing'>,
  how: Leave,
  at: number,
): RunIn<'settling'> {
  return {
    ...run,
    stage: 'settling',
    stageSince: at,
    work: workOf(run),
    result: 'result' in run ? run.result : null,
    leave: how,
    transaction: null,
    settled: null,
  };
}

function withWork(run: Working, change: Partial<Work>): Working {
  return { ...run, work: { ...run.work, ...change } };
}

function notePull(
  run: RunIn<'pulling'>,
  step: StepOf<'pull-started' | 'pulled' | 'pull-failed'>,
): Working {
  const others = run.work.pulls.filter((pull) => pull.image !== step.image);
  return withWork(run, { pulls: [...others, pullRecord(step)] });
}

function pullRecord(step: StepOf<'pull-started' | 'pulled' | 'pull-failed'>): PullRecord {
  const { image } = step;
  switch (step.type) {
    case 'pull-started':
      return { image, state: 'pulling' };
    case 'pulled':
      return { image, state: 'pulled', imageId: step.imageId, digest: step.digest };
    case 'pull-failed':
      return { image, state: 'failed', message: step.problem.message };
  }
}

function noteResource(
  run: Working,
  step: StepOf<'resource-started' | 'resource-ready' | 'resource-failed'>,
): Working {
  const others = run.work.resources.filter(({ label }) => label !== step.label);
  return withWork(run, { resources: [...others, resourceRecord(step)] });
}

function resourceRecord(
  step: StepOf<'resource-started' | 'resource-ready' | 'resource-failed'>,
): ResourceRecord {
  const { label } = step;
  switch (step.type) {
    case 'resource-started':
      return { label, state: 'fetching' };
    case 'resource-ready':
      return { label, state: 'ready' };
    case 'resource-failed':
      return { label, state: 'failed', message: step.problem.message };
  }
}

function noteOperation(run: Working, step: OperationStep, at: number): Working {
  const operations = advanceOperation(run.work.operations, step, at);
  if (operations === null) throw illegal(run, step);
  return withWork(run, { operations });
}

/** A run that is ending starts nothing again, and stops everything anyway. */
function noteAsk(run: RunIn<'running'>, step: OperationStep, at: number): Working {
  if (run.work.cause !== null) throw illegal(run, step);
  return noteOperation(run, step, at);
}

/** Before anything ran, only the chain can end a run this way; later the first cause counts. */
function decideCause(
  run: RunIn<'offered' | 'judging' | 'pulling' | 'running'>,
  step: StepOf<'cause-decided'>,
  at: number,
): Working | RunIn<'settling'> {
  if (run.stage === 'offered' || run.stage === 'judging') {
    if (step.cause !== 'ended-by-client' && step.cause !== 'gone') throw illegal(run, step);
    return leave(run, { how: 'nothing' }, at);
  }
  if (run.work.cause !== null) throw illegal(run, step);
  return withWork(run, { cause: { cause: step.cause, detail: step.detail, at } });
}

/** Building the result again (its file was damaged) is allowed until it is stored. */
function keepResult(
  run: Working | RunIn<'storing'>,
  step: StepOf<'result-built'>,
  at: number,
): RunIn<'storing'> {
  if (run.work.cause === null) throw illegal(run, step);
  const { sha256, bytes, status } = step;
  return {
    ...run,
    stage: 'storing',
    stageSince: at,
    result: { sha256, bytes, status },
    delivery: null,
  };
}

function noteTransaction(
  run: RunIn<'settling'>,
  step: StepOf<'settlement-signed' | 'settlement-expired' | 'settlement-rejected'>,
): RunIn<'settling'> {
  if (run.settled !== null) throw illegal(run, step);
  if (step.type === 'settlement-signed') {
    // A second one may be signed only when the first can never land.
    if (run.transaction !== null) throw illegal(run, step);
    return { ...run, transaction: step.transaction };
  }
  if (run.transaction?.signature !== step.signature) throw illegal(run, step);
  return { ...run, transaction: null };
}

function confirm(
  run: RunIn<'storing' | 'settling'>,
  step: StepOf<'settlement-confirmed'>,
  at: number,
): RunIn<'settling'> {
  const leaving = run.stage === 'storing' ? leave(run, { how: 'nothing' }, at) : run;
  if (leaving.settled !== null) throw illegal(run, step);
  const { state, resultCid, payment } = step;
  return { ...leaving, settled: { state, resultCid, payment: payment && paymentOf(payment) } };
}

function paymentOf(record: NonNullable<StepOf<'settlement-confirmed'>['payment']>): Payment {
  return {
    ...record,
    payoutBaseUnits: BigInt(record.payoutBaseUnits),
    refundBaseUnits: BigInt(record.refundBaseUnits),
  };
}

function close(run: RunIn<'settling'>, step: StepOf<'closed'>, at: number): RunIn<'closed'> {
  if (run.settled === null) throw illegal(run, step);
  const { outcome, receipt } = step;
  return { ...run, stage: 'closed', stageSince: at, outcome, receipt, endedAt: at };
}
