import type { Scene } from './scene.ts';
import { oneCard } from './scenes.ts';
import { aReport, aSlowReport, historyOf } from './scripted-benchmark.ts';
import { aCard, cardsState } from './scripted-cards.ts';

/* One card at rest, and what was measured of it. */

function atRest(): Scene {
  const scene = oneCard();
  scene.state.cards = cardsState(
    aCard({ utilizationPercent: 0, temperatureC: 41, powerWatts: 18 }),
  );
  scene.state.identities = [];
  scene.state.job = null;
  return scene;
}

/** Never measured, and a run of 20 minutes that was stopped. */
export function notMeasured(): Scene {
  const scene = atRest();
  scene.benchmarks = historyOf(null, ['soak']);
  return scene;
}

/** Measured, and well. */
export function measuredWell(): Scene {
  const scene = atRest();
  scene.benchmarks = historyOf(aReport());
  return scene;
}

/** Measured: hot, and in the wrong slot; the last run was stopped. */
export function measuredSlow(): Scene {
  const scene = atRest();
  scene.benchmarks = historyOf(aSlowReport(), ['health']);
  scene.state.benchmark = {
    ...scene.state.benchmark,
    problem: {
      card: scene.state.cards.cards[0]?.uuid ?? '',
      code: 'benchmark.unsafe',
      message:
        'The benchmark was stopped to protect the card: the card is 88 °C hot, and 87 °C is the limit here.',
      remedy:
        'Let it cool, clean its fans and filters, see that air gets in and out, and take back overclocking.',
    },
  };
  return scene;
}

/** Being measured, and not lent meanwhile. */
export function measuring(): Scene {
  const scene = measuredWell();
  scene.state.benchmark = {
    ...scene.state.benchmark,
    running: {
      card: scene.state.cards.cards[0]?.uuid ?? '',
      level: 'health',
      share: 0.42,
      remainingSeconds: 168,
      now: 'load',
      capWatts: null,
    },
  };
  return scene;
}
