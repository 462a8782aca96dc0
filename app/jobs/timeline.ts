import type { TimelineEntry } from '../contract/job.ts';
import type { RunEvent, RunStep } from './run-event.ts';
import { problemOfEnd } from './views.ts';

/** So many restarts of an operation are told at their beginning, and as many at their end. */
const TOLD_RESTARTS = 5;

/**
 * The steps of a run in words. An operation may be restarted a thousand times a day: the first and
 * the last restarts tell all. Pure.
 */
export function timelineOf(events: readonly RunEvent[]): TimelineEntry[] {
  const last = new Map<string, number>();
  for (const { step } of events) {
    if (step.type === 'operation-restarting') last.set(step.operation, step.restart);
  }
  return events
    .filter(({ step }) => {
      if (step.type !== 'operation-restarting' || step.restart <= TOLD_RESTARTS) return true;
      return step.restart > (last.get(step.operation) ?? 0) - TOLD_RESTARTS;
    })
    .map(timelineEntry);
}

function timelineEntry({ at, step }: RunEvent): TimelineEntry {
  return { at, step: step.type, detail: inWords(step) };
}

function inWords(step: RunStep): string {
  switch (step.type) {
    case 'offered':
      return 'The network assigned this job to this host. The pay clock runs.';
    case 'definition-fetched':
      return 'The job definition arrived.';
    case 'accepted':
      return 'Accepted: the job asks for nothing that is not allowed.';
    case 'refused':
      return `Declined: ${step.reasons.join(' ')}`;
    case 'pull-started':
      return `Getting the image ${step.image}.`;
    case 'pulled':
      return `The image ${step.image} is here.`;
    case 'pull-failed':
      return `The image ${step.image} could not be had: ${step.problem.message}`;
    case 'resource-started':
      return `Getting the resource ${step.label}.`;
    case 'resource-ready':
      return `The resource ${step.label} is here.`;
    case 'resource-failed':
      return `The resource ${step.label} could not be had: ${step.problem.message}`;
    case 'images-ready':
      return 'All images and resources are dealt with.';
    case 'operation-starting':
      return `Starting "${step.operation}".`;
    case 'operation-started':
      return `"${step.operation}" runs.`;
    case 'operation-ready':
      return `"${step.operation}" is ready.`;
    case 'operation-stop-asked':
      return `The client stops "${step.operation}".`;
    case 'operation-restart-asked':
      return `The client restarts "${step.operation}".`;
    case 'operation-restarting':
      if (step.byClient) return `"${step.operation}" is started again (${step.restart}).`;
      return `"${step.operation}" ended with exit code ${step.exitCode} and is started again (${step.restart}).`;
    case 'operation-skipped':
      return `"${step.operation}" was not started: ${step.reason}`;
    case 'operation-ended':
      return `"${step.operation}" ended. ${problemOfEnd(step.end) ?? ''}`.trimEnd();
    case 'extended':
      return `The client extended the job to ${step.timeoutSeconds} seconds.`;
    case 'cause-decided':
      return step.detail;
    case 'log-incomplete':
      return `Lines are missing in the log: ${step.reason}.`;
    case 'result-built':
      return `The result is written (${step.bytes} bytes).`;
    case 'result-delivered':
      return step.detail;
    case 'result-stored':
      return `The result is stored as ${step.cid}.`;
    case 'settlement-signed':
      return `Signed the settlement ("${step.transaction.kind}").`;
    case 'settlement-expired':
      return 'The settlement did not reach the chain in time.';
    case 'settlement-rejected':
      return `The settlement was refused: ${step.problem.message}`;
    case 'settlement-confirmed':
      return settledWords[step.state];
    case 'closed':
      return outcomeWords[step.outcome];
  }
}

const settledWords = {
  settled: 'The network settled the run with our result.',
  'ended-by-client': 'The network settled the run when its client ended it.',
  gone: 'The network has closed the run.',
} as const;

const outcomeWords = {
  paid: 'Closed: paid.',
  'handed-back': 'Closed: handed back, paid for the part done.',
  'ended-by-client': 'Closed: ended by the client, paid by the network.',
  refused: 'Closed: declined, unpaid.',
  lost: 'Closed: the network no longer knew the run. Nothing was paid.',
} as const;
