import { OffpeakError } from '../contract/errors.ts';
import type { EndpointView, PullProgress } from '../contract/job.ts';
import type { Prober } from './health/prober.ts';
import type { JobFolder } from './job-folder.ts';
import type { Courier } from './logistics/courier.ts';
import type { Hatch } from './logistics/hatch.ts';
import type { LogFile } from './log-file.ts';
import type { Policy } from './passport.ts';
import type { Patience } from './patience.ts';
import type { Assignment, JobAddresses, JobEngine, JobNetwork, JobResources } from './ports.ts';
import type { JobTunnels } from './tunnel-port.ts';
import { sleep } from './clock.ts';
import { problemOf, withDeadline } from './patience.ts';
import { workOf, type Run, type Work } from './run.ts';
import type { RunStep } from './run-event.ts';

/** What every stage of one run works with. */
export interface RunContext extends Patience {
  readonly network: JobNetwork;
  readonly engine: JobEngine;
  readonly resources: JobResources;
  /** Where the network publishes ports; undefined where it does not. */
  readonly addresses: JobAddresses | undefined;
  readonly tunnels?: JobTunnels | undefined;
  readonly prober: Prober;
  readonly courier: Courier;
  readonly hatch: Hatch;
  readonly folder: JobFolder;
  readonly policy: () => Policy;
  /** The run as it stands after the last step. */
  readonly run: () => Run;
  /** Writes a step to the journal, before its effect. */
  readonly record: (step: RunStep) => void;
  readonly openLog: () => Promise<LogFile>;
  readonly showPull: (progress: PullProgress | null) => void;
  readonly showEndpoints: (operation: string, endpoints: readonly EndpointView[]) => void;
  /** Calls back when the client has asked something of an operation; returns the stop. */
  readonly watchAsks: (listener: () => void) => () => void;
  /** Aborts when the host goes away: a stage rejects then and leaves things as they are. */
  readonly detach: AbortSignal;
  /** Aborts when the work of the run has to end early: a stage returns then. */
  readonly stop: AbortSignal;
}

/** The work of an accepted run as it stands after the last step. */
export function workInHand({ run }: Pick<RunContext, 'run'>): Work {
  const work = workOf(run());
  if (work === null) throw new OffpeakError('jobs.illegal-step');
  return work;
}

/** One answer of a chain that does not hang. */
const READ_DEADLINE_MS = 30_000;
const GONE_AGAIN_AFTER_MS = 3000;

/**
 * What the chain says of this run's assignment. "gone" costs the owner money, and an RPC server
 * that lags behind says it of a run that is new: it is believed when said twice.
 */
export async function readAssignment(context: RunContext): Promise<Assignment> {
  const first = await readOnce(context);
  if (first.state !== 'gone') return first;
  await sleep(context.clock, GONE_AGAIN_AFTER_MS, context.detach);
  context.detach.throwIfAborted();
  return readOnce(context);
}

async function readOnce({ network, clock, detach, run }: RunContext): Promise<Assignment> {
  try {
    return await withDeadline(clock, READ_DEADLINE_MS, detach, (signal) =>
      network.readAssignment(run().offer, signal),
    );
  } catch (error) {
    detach.throwIfAborted();
    return { state: 'unknown', problem: problemOf(error) };
  }
}
