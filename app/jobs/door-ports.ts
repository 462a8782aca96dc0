import type { LogLine } from '../contract/job.ts';
import type { ContainerStats } from './ports.ts';

/** What the owner of a job may do through this host's own door: the jobs room offers it. */
export interface JobDoor {
  /** Who may come for a job; null unless the job is in hand. */
  ownerOf(job: string): JobOwner | null;
  /** Takes the definition: written down when it returns true, not awaited now when false. */
  bringDefinition(job: string, definition: string): boolean;
  /** The result while it is kept for the owner, else null. `end` must be called. */
  fetchResult(job: string): KeptResult | null;
  /** How the job goes, or went; null unless it is in hand or was so last. */
  infoOf(job: string): JobInfo | null;
  /** The definition that is run, as JSON; null while there is none. */
  definitionOf(job: string): string | null;
  /** Where the network publishes the job's ports, private ones included. */
  endpointsOf(job: string): JobEndpoints;
  /** Stops or restarts an operation, or a whole group; written down when it returns `noted`. */
  ask(job: string, ask: OperationAsk): AskAnswer;
  /** Ends the job now, with what it has done so far; written down when it returns `noted`. */
  stop(job: string): AskAnswer;
  /** Whole lines of the log from a byte offset, about so many bytes; null as for `infoOf`. */
  readLog(job: string, from: number, maxBytes: number): Promise<DoorLogPiece | null>;
  /** What the running operations use; kept from the first question on. Oldest first. */
  stats(job: string, window: StatsWindow): Promise<readonly OperationStats[]>;
  /** Calls back after each change of anything above; returns the stop. */
  onChange(listener: () => void): () => void;
}

export interface JobOwner {
  readonly poster: string;
  /** What the poster may have signed for this job: its address, or the CID of its document. */
  readonly messages: readonly string[];
  readonly timeoutSeconds: number;
}

export interface KeptResult {
  readonly bytes: Uint8Array;
  /** Says whether the owner has all of it; only then it is let go. */
  readonly end: (isReceived: boolean) => void;
}

/** What a client wants of one operation, or of all in a group with `operation` null. */
export interface OperationAsk {
  readonly what: 'restart' | 'stop';
  readonly group: string;
  readonly operation: string | null;
}

/** unknown: no such job, group or operation; not-now: it does not run now. */
export type AskAnswer = 'noted' | 'unknown' | 'not-now';

/**
 * How a job goes, in the network's shape and words: a FlowState without logs and container ids
 * (OpenAPI of its node API, `JobInfo`). Times are UTC ms.
 */
export interface JobInfo {
  readonly status: string;
  readonly startTime: number;
  readonly endTime: number | null;
  readonly errors: readonly unknown[];
  readonly opStates: readonly OperationInfo[];
  /** Where its ports are published, by the job's address. */
  readonly secrets: Readonly<Record<string, PublishedPorts>>;
  /** Null before the job has a plan. */
  readonly operations: {
    readonly all: OperationStatuses;
    /** Left out once no group is left. */
    readonly currentGroup?: string;
    readonly currentGroupStatus: OperationStatuses;
  } | null;
  /** The operations of each group. */
  readonly groups: Readonly<Record<string, OperationStatuses>>;
}

/** A word of the network's own host by operation, e.g. `running`, `stopping`, `finished`. */
export type OperationStatuses = Readonly<Record<string, string>>;

interface OperationInfo {
  readonly operationId: string;
  readonly group: string;
  readonly status: string | null;
  readonly startTime: number | null;
  readonly endTime: number | null;
  readonly exitCode: number | null;
  readonly errors?: readonly { readonly event: string; readonly message: string }[];
  readonly diagnostics: { readonly reason: object };
}

/** Published ports by their name on the network. */
export type PublishedPorts = Readonly<
  Record<
    string,
    {
      readonly opID: string;
      readonly port: number;
      readonly url: string;
      readonly status: 'ONLINE' | 'OFFLINE' | 'UNKNOWN';
    }
  >
>;

export interface JobEndpoints {
  readonly urls: PublishedPorts;
  /** ONLINE once a health check has passed, as long as none fails. */
  readonly status: 'ONLINE' | 'OFFLINE';
}

export interface DoorLogPiece {
  /** `group` is null for a line that belongs to no planned operation. */
  readonly lines: readonly (LogLine & { readonly group: string | null })[];
  /** Byte offset to ask for next. */
  readonly next: number;
  /** True when `next` is the end of what is there now. */
  readonly complete: boolean;
}

/** UTC ms, both inclusive; at most one sample of an operation in each interval. */
export interface StatsWindow {
  readonly start: number;
  readonly end: number;
  readonly intervalMs: number;
}

export interface OperationStats extends ContainerStats {
  readonly operation: string;
}
