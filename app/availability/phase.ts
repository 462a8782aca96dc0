import type { AdmissionState } from '../contract/admission.ts';
import { retryOf } from '../contract/errors.ts';
import type { Problem } from '../contract/gpu.ts';
import type { Phase, Reason } from '../contract/phase.ts';
import type { Stage } from '../contract/job.ts';
import { admissionPhase } from './admission-phase.ts';
import type { Cooling } from './thermal-guard.ts';

/** All that decides what the host is doing, as plain facts. */
export interface PhaseFacts {
  readonly stopping: boolean;
  /** The owner's own choice. */
  readonly lending: boolean;
  /** True once a job was handed back since the owner took the card. */
  readonly handedBack: boolean;
  readonly engine: Problem | 'checking' | 'ready';
  readonly network: Problem | 'connecting' | 'connected';
  /** The owner chose another network. */
  readonly leaving: boolean;
  /** False while the card that this identity lends is not in the computer. */
  readonly hasCard: boolean;
  /** Why that card is not lent now; null where it may be. */
  readonly cooling: Cooling | null;
  /** That card is being measured, which it cannot be while it is lent. */
  readonly measuring: boolean;
  /** Null where the network admits everybody. */
  readonly admission: AdmissionState | null;
  readonly job: {
    readonly stage: Stage;
    readonly title: string;
    readonly handingBack: boolean;
  } | null;
  /** What keeps the job in hand from going on; null while well. */
  readonly jobProblem: Problem | null;
  readonly queue: { readonly position: number; readonly length: number } | null;
  /** Why the last attempt to join the queue failed; null while well. */
  readonly joinProblem: Problem | null;
}

const MINUTE_MS = 60_000;

/** What the host is doing and the one reason why: the first fact that applies, in this order. */
export function phaseOf(facts: PhaseFacts): { phase: Phase; reason: Reason } {
  if (facts.stopping) return state('off', 'stopping', 'Offpeak is stopping.');
  if (facts.job && facts.jobProblem) return obstacle(facts.jobProblem);
  if (facts.job) return jobPhase(facts.job, facts);
  if (!facts.lending) return ownersPhase(facts.handedBack);
  if (facts.cooling) return coolingPhase(facts.cooling);
  if (facts.measuring) {
    return state(
      'paused',
      'measuring',
      'The card is being measured, and is lent again after that.',
    );
  }
  if (facts.engine === 'checking') {
    return state('preparing', 'engine-checking', 'Looking for the container engine.');
  }
  if (facts.engine !== 'ready') return obstacle(facts.engine);
  if (!facts.hasCard) {
    return state('waiting', 'card-gone', 'The card of this identity is not in the computer now.');
  }
  if (facts.leaving)
    return state('preparing', 'network-changing', 'Changing to the other network.');
  if (facts.network === 'connecting') {
    return state('preparing', 'network-connecting', 'Connecting to the network.');
  }
  if (facts.network !== 'connected') return obstacle(facts.network);
  const admission = facts.admission === null ? null : admissionPhase(facts.admission);
  if (admission !== null) return admission;
  if (facts.joinProblem) return obstacle(facts.joinProblem);
  if (!facts.queue) return state('waiting', 'joining', 'Joining the queue of the market.');
  return state(
    'available',
    'in-queue',
    `In the queue, place ${facts.queue.position} of ${facts.queue.length}; the next job comes by itself.`,
  );
}

function jobPhase(
  job: NonNullable<PhaseFacts['job']>,
  { lending, cooling }: PhaseFacts,
): { phase: Phase; reason: Reason } {
  if (job.handingBack) {
    const why = lending && cooling ? 'because the card is too hot' : 'so that you have your card';
    return state('yielding', 'handing-back', `Handing back "${job.title}" ${why}.`);
  }
  switch (job.stage) {
    case 'offered':
    case 'judging':
      return state('preparing', 'judging', `Checking a new job: ${job.title}.`);
    case 'pulling':
      return state('preparing', 'pulling', `Fetching what "${job.title}" needs.`);
    case 'running':
      return state('working', 'running', `Running "${job.title}".`);
    case 'storing':
      return state('working', 'storing', `Storing the results of "${job.title}".`);
    case 'settling':
    case 'closed':
      return state('working', 'settling', `Collecting the pay for "${job.title}".`);
  }
}

function coolingPhase({ temperatureC, limitC, resumeC, resumesInMs }: Cooling): {
  phase: Phase;
  reason: Reason;
} {
  const minutes = resumesInMs === null ? null : Math.max(1, Math.round(resumesInMs / MINUTE_MS));
  const when = minutes === null ? '' : `, in about ${minutes} min`;
  const text =
    `The card became hotter than your limit of ${limitC} °C. It is at ${Math.round(temperatureC)} °C ` +
    `and is lent again at ${resumeC} °C${when}.`;
  return state('paused', 'cooling', text);
}

function ownersPhase(handedBack: boolean): { phase: Phase; reason: Reason } {
  return handedBack
    ? state('yielded', 'taken-back', 'The card is yours.', 'Lend it again when you are done.')
    : state('paused', 'paused-by-owner', 'You are not lending.', 'Lend it when you like.');
}

// What Offpeak mends by itself is waited for; what a person must do is asked of them.
function obstacle(problem: Problem): { phase: Phase; reason: Reason } {
  const phase = retryOf(problem.code) === 'auto' ? 'waiting' : 'needs-you';
  return state(phase, problem.code, problem.message, problem.remedy);
}

function state(
  phase: Phase,
  code: string,
  text: string,
  next: string | null = null,
): { phase: Phase; reason: Reason } {
  return { phase, reason: { code, text, next } };
}
