import type { CardPower, PowerState } from '../../../app/contract/power.ts';
import { aSweep } from '../../fakes/benchmark/sweeps.ts';
import type { Scene } from './scene.ts';
import { measuredWell } from './scenes-benchmark.ts';
import { aReport, historyOf } from './scripted-benchmark.ts';

/* One card, and what may be changed of it. */

const COMMAND =
  '/usr/bin/pkexec /opt/Offpeak/resources/app.asar.unpacked/assets/power/offpeak-power';
const NONE = { cap: null, clocks: null, fan: null, quiet: null };

function aPower(changes: Partial<CardPower>, helper: Partial<PowerState['helper']> = {}): Scene {
  const scene = measuredWell();
  const card = scene.state.cards.cards[0]?.uuid ?? '';
  scene.state.power = {
    helper: { way: 'pkexec', command: COMMAND, state: 'open', problem: null, ...helper },
    cards: [
      { card, wishes: NONE, leases: [], trial: null, quietWatts: null, problem: null, ...changes },
    ],
    left: [],
  };
  return scene;
}

/** The owner has not been asked yet, and a crash left something. */
export function powerNotAllowed(): Scene {
  const scene = aPower({}, { state: 'closed' });
  const card = scene.state.cards.cards[0]?.uuid ?? '';
  scene.state.power.left = [{ card, kind: 'clocks', before: null, value: 2_000, since: 1_000 }];
  return scene;
}

/** There is no way to rights: only the owner can. */
export function powerNoWay(): Scene {
  return aPower({}, { way: null, command: null, state: 'closed' });
}

/** A limit is tried, another is kept, and the card is held quiet. */
export function powerTried(): Scene {
  return aPower({
    wishes: {
      ...NONE,
      cap: 320,
      quiet: { fromMinute: 1_320, toMinute: 420, most: { kind: 'fan', percent: 40 } },
    },
    trial: { setting: { kind: 'clocks', value: 2_000 }, endsAt: Date.now() + 12_400 },
    quietWatts: 290,
  });
}

/** Measured at six power limits, with the prices of the owner. */
export function swept(): Scene {
  const scene = aPower({});
  const card = { ...aSweep().card, uuid: scene.state.cards.cards[0]?.uuid ?? '' };
  scene.benchmarks = historyOf(aReport(), [], aSweep({ card, startedAt: Date.now() - 3_600_000 }));
  scene.state.network = { ...scene.state.network, id: 'mainnet', practice: false };
  scene.state.settings = {
    ...scene.state.settings,
    money: { currency: 'EUR', perKwh: 0.32, perNos: 0.9 },
  };
  return scene;
}

/** A sweep is on its way. */
export function sweeping(): Scene {
  const scene = swept();
  scene.state.benchmark = {
    ...scene.state.benchmark,
    running: {
      card: scene.state.cards.cards[0]?.uuid ?? '',
      level: 'sweep',
      share: 0.42,
      remainingSeconds: 168,
      now: 'load',
      capWatts: 360,
    },
  };
  return scene;
}
