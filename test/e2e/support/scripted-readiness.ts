import type { CardReadiness, Readiness, Requirement } from '../../../app/contract/readiness.ts';
import { aReadiness } from '../../fakes/host/host-state.ts';

/** A requirement that is met, with nothing more to say. */
function aRequirement(changes: Partial<Requirement> = {}): Requirement {
  return {
    name: 'memory',
    asked: '12 GB or more',
    measured: '33.5 GB',
    unit: 'bytes',
    askedValue: 12e9,
    recommendedValue: null,
    measuredValue: 33.5e9,
    source: 'documentation',
    verdict: 'met',
    required: true,
    note: null,
    remedy: null,
    ...changes,
  };
}

/** A card of a readiness. */
function aCardReadiness(changes: Partial<CardReadiness> = {}): CardReadiness {
  return {
    index: 0,
    uuid: 'GPU-00000000-0000-0000-0000-000000000000',
    name: 'NVIDIA GeForce RTX 4090',
    verdict: 'ready',
    headline: 'Ready.',
    requirements: [
      aRequirement({
        name: 'card',
        asked: 'An NVIDIA card that a market takes',
        measured: 'NVIDIA GeForce RTX 4090',
      }),
    ],
    ...changes,
  };
}

const common: readonly Requirement[] = [
  aRequirement({
    name: 'platform',
    asked: 'Linux on the computer itself',
    measured: 'Ubuntu 24.04',
  }),
  aRequirement(),
  aRequirement({
    name: 'disk-total',
    asked: '256 GB or more',
    measured: '214 GB',
    verdict: 'fixable',
    remedy: 'Give the container engine a larger disk.',
  }),
  aRequirement({
    name: 'download',
    asked: '100 Mb/s or more',
    measured: null,
    verdict: 'unknown',
    remedy: 'Measure your connection.',
  }),
  aRequirement({
    name: 'latency',
    asked: '100 ms or less is recommended',
    measured: '131 ms',
    verdict: 'fixable',
    required: false,
    note: 'Measured against speed.example.',
    remedy: 'Use a cable in place of radio.',
  }),
];

/** A computer with one good card, too small a disk and a connection that nobody measured. */
export function fixable(): Readiness {
  return aReadiness({
    verdict: 'fixable',
    headline: 'Fixable (2): not as asked: the size of the disk; not known yet: download speed.',
    requirements: [...common],
    cards: [aCardReadiness()],
    measuredAt: Date.now() - 60_000,
  });
}

/** Windows with two cards, of which one is too old; the connection is being measured again. */
export function practiceOnly(): Readiness {
  const note =
    'The network accepts Linux on the computer itself today, and neither Windows nor WSL.';
  return aReadiness({
    verdict: 'practice-only',
    headline: `Practice only. ${note}`,
    requirements: [
      aRequirement({
        name: 'platform',
        asked: 'Linux on the computer itself',
        measured: 'WSL 2',
        verdict: 'unfixable',
        note,
        remedy: 'Practice here, or start this computer with Linux.',
      }),
    ],
    cards: [
      aCardReadiness({ verdict: 'practice-only', headline: `Practice only. ${note}` }),
      aCardReadiness({
        index: 1,
        uuid: 'GPU-00000000-0000-0000-0000-000000000001',
        name: 'Tesla T4',
        verdict: 'practice-only',
        headline: 'Practice only. No market takes this card.',
        requirements: [
          aRequirement({
            name: 'card',
            asked: 'An NVIDIA card that a market takes',
            measured: 'Tesla T4',
            verdict: 'unfixable',
            note: 'No market takes this card.',
          }),
        ],
      }),
    ],
    measuredAt: Date.now() - 60_000,
    thresholdsFrom: { source: 'network', at: Date.now() - 3_600_000 },
    speed: {
      host: 'speed.cloudflare.com',
      maxBytes: 120_000_000,
      maxSeconds: 25,
      step: 'download',
      last: {
        at: Date.now() - 86_400_000,
        host: 'speed.cloudflare.com',
        downloadBitsPerSecond: 512.4e6,
        uploadBitsPerSecond: 8.4e6,
        latencyMs: 12.3,
        usedBytes: 118_400_000,
      },
      problem: null,
    },
  });
}
