import type { HostState } from './contract/state.ts';

/** The state before anything is known: preparing, nothing measured, nothing earned. */
export function initialState(start: {
  version: string;
  now: number;
  lending: boolean;
  network: { id: string; label: string; practice: boolean };
  settings: HostState['settings'];
  vault: HostState['vault'];
  readiness: HostState['readiness'];
}): HostState {
  return {
    host: {
      version: start.version,
      phase: 'preparing',
      phaseSince: start.now,
      reason: { code: 'starting', text: 'Offpeak is starting.', next: null },
      startedAt: start.now,
    },
    network: { ...start.network, connected: false, problem: null },
    cards: { driver: null, cuda: null, cards: [], source: null, problem: null, readAt: null },
    alerts: [],
    identities: [],
    job: null,
    queue: null,
    market: null,
    earnings: {
      todayGross: '0',
      weekGross: '0',
      monthGross: '0',
      totalGross: '0',
      jobsToday: 0,
      jobsTotal: 0,
      revision: 0,
    },
    wallet: { address: null, nos: null, lamports: null },
    availability: { lending: start.lending, since: start.now },
    doctor: { checks: [], checkedAt: null },
    settings: start.settings,
    vault: start.vault,
    readiness: start.readiness,
    power: {
      helper: { way: null, command: null, state: 'closed', problem: null },
      cards: [],
      left: [],
    },
    benchmark: { running: null, problem: null, revision: 0 },
    proof: { running: false, results: [], report: null, problem: null },
  };
}
