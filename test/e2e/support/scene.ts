import type { CommandOutput } from '../../../app/contract/commands.ts';
import type { JobDetail, JobSummary } from '../../../app/contract/job.ts';
import type { EngineFound } from '../../../app/contract/settings.ts';
import type { Check, HostState } from '../../../app/contract/state.ts';
import { aHostState } from '../../fakes/host/host-state.ts';
import { address } from './scripted-address.ts';
import { ScriptedLog } from './scripted-log.ts';

/** A host as a test wants it seen: its state, its jobs, what it printed, its day. */
export interface Scene {
  state: HostState;
  /** Newest first. */
  jobs: readonly JobSummary[];
  /** Jobs whose details differ from what `detailOf` makes of their row; by run. */
  readonly details: Map<string, JobDetail>;
  /** What the open job prints; every job shows this log. */
  readonly log: ScriptedLog;
  day: CommandOutput<'activity.day'>['segments'];
  /** What `benchmark.history` answers, of every card. */
  benchmarks: CommandOutput<'benchmark.history'>;
  /** What `engines.find` answers. */
  engines: readonly EngineFound[];
}

/** A scene on the practice network where all is well; `changes` replaces slices of the state. */
export function aScene(changes: Partial<HostState> = {}): Scene {
  return {
    state: aHostState({
      wallet: { address: address(1), nos: '12431900', lamports: '50000000' },
      doctor: { checks: allWell, checkedAt: Date.now() - 40_000 },
      ...changes,
    }),
    jobs: [],
    details: new Map(),
    log: new ScriptedLog(),
    day: [],
    benchmarks: { latest: null, earlier: [], open: [], sweep: null },
    engines: [],
  };
}

/** The host slice with a phase and its reason. */
export function inPhase(
  phase: HostState['host']['phase'],
  reason: HostState['host']['reason'],
): HostState['host'] {
  const now = Date.now();
  return { version: '0.1.0', phase, phaseSince: now - 60_000, reason, startedAt: now - 3_600_000 };
}

/** What the earnings slice says when these jobs are all there are. */
export function earningsOf(jobs: readonly JobSummary[], revision = 1): HostState['earnings'] {
  const gross = jobs.reduce((sum, job) => sum + BigInt(job.grossBaseUnits ?? '0'), 0n);
  const today = new Date().setHours(0, 0, 0, 0);
  const ofToday = jobs.filter((job) => job.startedAt >= today);
  const todayGross = ofToday.reduce((sum, job) => sum + BigInt(job.grossBaseUnits ?? '0'), 0n);
  return {
    todayGross: String(todayGross),
    weekGross: String(gross),
    monthGross: String(gross),
    totalGross: String(gross),
    jobsToday: ofToday.length,
    jobsTotal: jobs.length,
    revision,
  };
}

/** The network slice of Nosana mainnet, connected. */
export const mainnet: HostState['network'] = {
  id: 'mainnet',
  label: 'Nosana mainnet',
  practice: false,
  connected: true,
  problem: null,
};

const allWell: Check[] = [
  well('engine', 'Docker 29.1.3 answers.'),
  well('card', 'NVIDIA GeForce RTX 4090, driver 580.95.05.'),
  well('network', 'Practice network answers.'),
  well('disk', '214.6 GiB free for /home/ada/.local/share/offpeak.'),
];

/** A check of the doctor that found nothing wrong. */
export function well(name: string, message: string): Check {
  return { name, ok: true, message, remedy: null };
}

/** The strip of a day with some of everything, from local midnight until now. */
export function aDay(): Scene['day'] {
  const midnight = new Date().setHours(0, 0, 0, 0);
  // Just after midnight there would be no room for all of it.
  const past = Math.max(Date.now() - midnight, 3_600_000);
  const parts = [
    ['off', 3],
    ['preparing', 0.3],
    ['working', 5],
    ['available', 1],
    ['working', 4],
    ['yielding', 0.1],
    ['yielded', 4],
    ['available', 0.8],
    ['working', 3],
  ] as const;
  const whole = parts.reduce((sum, [, share]) => sum + share, 0);
  let from = midnight;
  return parts.map(([phase, share]) => {
    const to = from + Math.round((share / whole) * past);
    const segment = { from, to, phase };
    from = to;
    return segment;
  });
}
