import type { Requirement } from '../contract/readiness.ts';
import { DOCUMENTED_ADVICE, DOCUMENTED_MINIMUM } from './documented.ts';
import type { Facts } from './facts.ts';
import { publishedLimit, type PublishedThresholds } from './limits.ts';
import { numberRule } from './number-rule.ts';
import { sizeWords } from './words.ts';

/** File systems and the maker's reserve take up to a tenth of what is written on a disk. */
const DISK_TOLERANCE = 0.1;

const UNREADABLE = {
  note: 'The system does not say.',
  remedy: 'Look again in a moment; if it lasts, please report it with the log file.',
};

/** Memory and disk. */
export function machineRules(facts: Facts, published: PublishedThresholds | null): Requirement[] {
  const { memoryBytes, diskTotalBytes, diskFreeBytes } = facts.machine;
  const common = { unit: 'bytes', words: sizeWords, unknown: UNREADABLE } as const;
  const { cards } = facts.cards;
  return [
    numberRule({
      ...common,
      name: 'memory',
      measured: memoryBytes,
      published: publishedLimit('memoryBytes', published, cards),
      documented: DOCUMENTED_MINIMUM.memoryBytes,
      advised: null,
      remedy: 'Add memory to this computer.',
    }),
    numberRule({
      ...common,
      name: 'disk-total',
      measured: diskTotalBytes,
      published: publishedLimit('diskTotalBytes', published, cards),
      documented: DOCUMENTED_MINIMUM.diskTotalBytes,
      advised: DOCUMENTED_ADVICE.diskTotalBytes,
      tolerance: DISK_TOLERANCE,
      remedy: 'Add a larger disk (NVMe), and move the images of the container engine to it.',
    }),
    numberRule({
      ...common,
      name: 'disk-free',
      measured: diskFreeBytes,
      published: publishedLimit('diskFreeBytes', published, cards),
      documented: DOCUMENTED_MINIMUM.diskFreeBytes,
      advised: null,
      remedy: 'Delete what you no longer need on that disk.',
    }),
  ];
}
