import type { Stage } from '../contract/job.ts';
import type { Assignment, ContainerHandle } from './ports.ts';
import type { Cause } from './run-parts.ts';

/**
 * What the chain and the containers tell, as tables: after a crash and while a run lives, the same
 * rows decide. Pure.
 */

/** An assignment as the table reads it: `expired` is assigned, but past its time. */
export type Seen = Assignment['state'] | 'expired';

/** go-on, or why the work of the run ends now. */
type Decision = 'go-on' | Exclude<Cause, 'finished' | 'handed-back' | 'stopped-by-client'>;

const phaseOf: Readonly<Record<Stage, 'working' | 'leaving'>> = {
  offered: 'working',
  judging: 'working',
  pulling: 'working',
  running: 'working',
  storing: 'leaving',
  settling: 'leaving',
  closed: 'leaving',
};

/**
 * Once a run is leaving, the settlement itself reads the chain and never concludes from less.
 * `settled` before we settled happens only when the journal is older than the chain (a restored
 * backup): the work stops, and the settlement finds the payment.
 */
const decisions: Readonly<Record<Seen, Readonly<Record<'working' | 'leaving', Decision>>>> = {
  assigned: { working: 'go-on', leaving: 'go-on' },
  unknown: { working: 'go-on', leaving: 'go-on' },
  expired: { working: 'expired', leaving: 'go-on' },
  'ended-by-client': { working: 'ended-by-client', leaving: 'go-on' },
  settled: { working: 'gone', leaving: 'go-on' },
  gone: { working: 'gone', leaving: 'go-on' },
};

/** Whether a run in this stage goes on, seen from the chain. */
export function decide(stage: Stage, seen: Seen): Decision {
  return decisions[seen][phaseOf[stage]];
}

/** How an operation that a crash interrupted goes on. */
type Resumption =
  /** Follow the container that is there. */
  | 'adopt'
  /** The engine was never asked, or did not come to it: ask now. */
  | 'start'
  /** It ran, and its container is gone: it failed, and is never run twice. */
  | 'gone'
  /** Stopped before it ran. */
  | 'never-started';

/** "starting" is written before the engine is asked, so there may be no container yet. */
const resumptions = {
  starting: { alive: 'adopt', absent: 'start', 'absent, to be stopped': 'never-started' },
  running: { alive: 'adopt', absent: 'gone', 'absent, to be stopped': 'gone' },
} as const satisfies Record<string, Record<string, Resumption>>;

/** How an operation goes on, by its last step, whether its container exists, and whether to stop. */
export function resume(
  state: keyof typeof resumptions,
  container: ContainerHandle | null,
  stopping: boolean,
): Resumption {
  if (container !== null) return resumptions[state].alive;
  return resumptions[state][stopping ? 'absent, to be stopped' : 'absent'];
}
