import type { Requirement, SpeedResult } from '../contract/readiness.ts';
import { DOCUMENTED_ADVICE, DOCUMENTED_MINIMUM } from './documented.ts';
import type { Facts } from './facts.ts';
import { publishedLimit, type PublishedThresholds } from './limits.ts';
import { numberRule } from './number-rule.ts';
import { msWords, rateWords } from './words.ts';

const NOT_MEASURED = {
  note: 'Not measured: Offpeak measures your connection only when you ask for it.',
  remedy: 'Measure the network here, or run "offpeak readiness --measure-network".',
};

const SLOW =
  'Use a cable instead of Wi-Fi, stop other transfers and measure again; if it stays, a faster connection is needed.';

/** The connection, as it was when it was last measured. */
export function speedRules(
  facts: Facts,
  published: PublishedThresholds | null,
  speed: SpeedResult | null,
): Requirement[] {
  const { cards } = facts.cards;
  const common = { unknown: NOT_MEASURED, remedy: SLOW } as const;
  return [
    numberRule({
      ...common,
      name: 'download',
      unit: 'bits-per-second',
      words: rateWords,
      measured: speed?.downloadBitsPerSecond ?? null,
      published: publishedLimit('downloadBitsPerSecond', published, cards),
      documented: DOCUMENTED_MINIMUM.downloadBitsPerSecond,
      advised: DOCUMENTED_ADVICE.downloadBitsPerSecond,
    }),
    numberRule({
      ...common,
      name: 'upload',
      unit: 'bits-per-second',
      words: rateWords,
      measured: speed?.uploadBitsPerSecond ?? null,
      published: publishedLimit('uploadBitsPerSecond', published, cards),
      documented: DOCUMENTED_MINIMUM.uploadBitsPerSecond,
      advised: DOCUMENTED_ADVICE.uploadBitsPerSecond,
    }),
    numberRule({
      ...common,
      name: 'latency',
      unit: 'ms',
      words: msWords,
      measured: speed?.latencyMs ?? null,
      published: publishedLimit('latencyMs', published, cards),
      documented: null,
      advised: DOCUMENTED_ADVICE.latencyMs,
      atMost: true,
    }),
  ];
}
