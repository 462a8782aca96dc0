import type { EndpointView, PullProgress } from '../contract/job.ts';
import type { JobDefinition } from './definition/schema.ts';
import type { Prober } from './health/prober.ts';
import type { LogRecord, ResumePoint } from './log-record.ts';
import type { RunFacts } from './operation-spec.ts';
import type { Patience } from './patience.ts';
import type { JobEngine, JobResources } from './ports.ts';
import type { JobTunnels } from './tunnel-port.ts';
import type { Work } from './run.ts';
import type { RunStep } from './run-event.ts';

/** Where the lines of operations go. */
export interface OperationLog {
  append(record: LogRecord): void;
  /** A line of Offpeak's own. */
  note(operation: string, text: string): void;
  resumePoint(operation: string): ResumePoint;
  /** Resolves when all lines so far are safe, or cannot be. */
  flush(): Promise<void>;
}

/** What running operations needs; a run of the network and a local run both give it. */
export interface OperationsHost extends Patience {
  readonly engine: JobEngine;
  readonly resources: JobResources;
  readonly prober: Prober;
  /** What publishes ports through the network; absent where nothing does. */
  readonly tunnels?: JobTunnels | undefined;
  readonly log: OperationLog;
  /** Where the lines of the run are on the disk. */
  readonly logPath: string;
  readonly definition: JobDefinition;
  readonly facts: RunFacts;
  /** The work as it stands after the last step. */
  readonly work: () => Work;
  /** Notes a step before its effect; throws where that is not possible. */
  readonly record: (step: RunStep) => void;
  readonly showPull: (progress: PullProgress | null) => void;
  /** The ports of an operation as they are now; none once it has ended. */
  readonly showEndpoints: (operation: string, endpoints: readonly EndpointView[]) => void;
  /** Calls back when the client has asked something of an operation; returns the stop. */
  readonly watchAsks: (listener: () => void) => () => void;
  /** Aborts when the host goes away: everything is dropped where it stands, containers live on. */
  readonly detach: AbortSignal;
  /** Aborts once a cause is noted: containers are stopped, what waits is skipped. */
  readonly stop: AbortSignal;
}
