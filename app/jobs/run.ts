import type { JobStatus, Outcome, Passport, Receipt, Stage } from '../contract/job.ts';
import type { Offer, Payment, SignedTransaction } from './ports.ts';
import type {
  Cause,
  OperationRecord,
  PlannedGroup,
  PullRecord,
  ResourceRecord,
  SettledState,
} from './run-parts.ts';

/** What is known of a run at every stage. Times are UTC ms. */
interface Known {
  readonly offer: Offer;
  readonly network: string;
  /** Address of the identity that it was offered to; empty in records from before there were several. */
  readonly host: string;
  readonly practice: boolean;
  readonly title: string;
  readonly image: string | null;
  /** The offer's, or more after an extension. */
  readonly timeoutSeconds: number;
  readonly stageSince: number;
  readonly definition: string | null;
  /** The document on IPFS where the definition came another way. */
  readonly stub: string | null;
  readonly passport: Passport | null;
}

/** What an accepted run does and has done. */
export interface Work {
  readonly groups: readonly PlannedGroup[];
  /** What `%%global.host%%` stands for. */
  readonly hostAddress: string | null;
  readonly cards: readonly string[];
  /** By private operation: what the names of its ports on the network are made of. */
  readonly privateSeeds?: Readonly<Record<string, string>> | undefined;
  readonly pulls: readonly PullRecord[];
  readonly resources: readonly ResourceRecord[];
  readonly operations: readonly OperationRecord[];
  readonly cause: { readonly cause: Cause; readonly detail: string; readonly at: number } | null;
  /** Why lines are missing in the log; null while it is whole. */
  readonly logIncomplete: string | null;
}

interface Accepted extends Known {
  readonly definition: string;
  readonly passport: Passport;
  readonly work: Work;
}

interface Result {
  readonly sha256: string;
  readonly bytes: number;
  readonly status: JobStatus;
}

/** How the run is to be left: paid with a result, unpaid, or with nothing of ours to send. */
export type Leave =
  | { readonly how: 'finish'; readonly cid: string }
  | { readonly how: 'quit'; readonly reasons: readonly string[] }
  | { readonly how: 'nothing' };

interface Settled {
  readonly state: SettledState;
  readonly payment: Payment | null;
  readonly resultCid: string | null;
}

interface Leaving extends Known {
  readonly work: Work | null;
  readonly result: Result | null;
  readonly leave: Leave;
  /** Signed and perhaps sent; null when none is on its way. */
  readonly transaction: SignedTransaction | null;
  readonly settled: Settled | null;
}

type Offered = Known & { readonly stage: 'offered' };
type Judging = Known & { readonly stage: 'judging'; readonly definition: string };
type Pulling = Accepted & { readonly stage: 'pulling' };
type Running = Accepted & { readonly stage: 'running' };
type Storing = Accepted & {
  readonly stage: 'storing';
  readonly result: Result;
  /** How the delivery past IPFS went; null before it was tried, or where none is asked for. */
  readonly delivery: { readonly ok: boolean; readonly detail: string } | null;
};
type Settling = Leaving & { readonly stage: 'settling' };
type Closed = Leaving & {
  readonly stage: 'closed';
  readonly outcome: Outcome;
  readonly receipt: Receipt | null;
  readonly endedAt: number;
};

/** Our execution of one job, from offer to receipt: what may be known depends on the stage. */
export type Run = Offered | Judging | Pulling | Running | Storing | Settling | Closed;

/** The run in one stage or in one of several. */
export type RunIn<S extends Stage> = Extract<Run, { stage: S }>;

/** When the run stops being paid, UTC ms. */
export function expiresAt(run: Run): number {
  return run.offer.assignedAt + run.timeoutSeconds * 1000;
}

/** The work of a run, null before it was accepted. */
export function workOf(run: Run): Work | null {
  return 'work' in run ? run.work : null;
}
