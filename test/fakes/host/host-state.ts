import type { NetworkChoices } from '../../../app/contract/network-choices.ts';
import type { Readiness } from '../../../app/contract/readiness.ts';
import type { HostState } from '../../../app/contract/state.ts';

/** What the owner chose who never chose anything. */
export function aNetworkChoice(changes: Partial<NetworkChoices> = {}): NetworkChoices {
  return {
    kind: 'practice',
    acknowledgedAt: null,
    rpcOrigins: [],
    gatewayOrigins: [],
    pinOrigin: null,
    hasPinToken: false,
    maxFee: '500000',
    reserve: '5000000',
    contact: null,
    ...changes,
  };
}

/** Before the first look. */
export function aReadiness(changes: Partial<Readiness> = {}): Readiness {
  return {
    verdict: 'measuring',
    headline: 'Looking at this computer.',
    requirements: [],
    cards: [],
    measuredAt: null,
    thresholdsFrom: { source: 'documentation', at: null },
    speed: {
      host: 'speed.example',
      maxBytes: 100_000_000,
      maxSeconds: 30,
      step: null,
      last: null,
      problem: null,
    },
    ...changes,
  };
}

/** A host that waits in the queue of the practice network, without a card. For tests alone. */
export function aHostState(changes: Partial<HostState> = {}): HostState {
  return {
    host: {
      version: '0.1.0',
      phase: 'available',
      phaseSince: 1_000,
      reason: { code: 'in-queue', text: 'In the queue, place 1 of 1.', next: null },
      startedAt: 1_000,
    },
    network: {
      id: 'practice',
      label: 'Practice network',
      practice: true,
      connected: true,
      problem: null,
    },
    cards: { driver: null, cuda: null, cards: [], source: null, problem: null, readAt: null },
    alerts: [],
    identities: [],
    job: null,
    queue: { position: 1, length: 1, market: 'Market1111' },
    market: { address: 'Market1111', pricePerSecond: '150', timeoutSeconds: 7200 },
    earnings: {
      todayGross: '0',
      weekGross: '0',
      monthGross: '0',
      totalGross: '0',
      jobsToday: 0,
      jobsTotal: 0,
      revision: 0,
    },
    wallet: { address: 'Host1111', nos: '0', lamports: '50000000' },
    availability: { lending: true, since: 1_000 },
    doctor: { checks: [], checkedAt: null },
    settings: {
      engine: null,
      internet: 'filtered',
      heatLimitC: 87,
      money: { currency: 'EUR', perKwh: null, perNos: null },
      network: aNetworkChoice(),
    },
    vault: { state: 'none', identities: [] },
    readiness: aReadiness(),
    power: {
      helper: { way: null, command: null, state: 'closed', problem: null },
      cards: [],
      left: [],
    },
    benchmark: { running: null, problem: null, revision: 0 },
    proof: { running: false, results: [], report: null, problem: null },
    ...changes,
  };
}
