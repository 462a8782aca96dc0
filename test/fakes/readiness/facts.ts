import type { Card, CardReport } from '../../../app/contract/gpu.ts';
import { blankCard } from '../../../app/gpu/blank-card.ts';
import type { Facts, MachineFacts, PlatformFacts } from '../../../app/readiness/facts.ts';

const GIB = 1024 ** 3;

/** Ubuntu on the computer itself. */
export const ubuntu: PlatformFacts = {
  os: 'linux',
  wsl: false,
  distribution: 'ubuntu',
  version: '22.04',
  name: 'Ubuntu 22.04.4 LTS',
  practiceProblem: null,
};

export function aCard(name: string, more: Partial<Card> = {}): Card {
  return {
    ...blankCard({ index: 0, name, uuid: `GPU-${more.index ?? 0}` }),
    memoryBytes: 12 * GIB,
    ...more,
  };
}

export function aReport(...cards: Card[]): CardReport {
  return { driver: '580.82.07', cuda: '13.0', cards, source: 'nvml', problem: null };
}

/** What is known of a computer that has all that is asked, but for what a test changes. */
export function someFacts(
  changes: Partial<Omit<Facts, 'machine'>> & {
    machine?: Partial<MachineFacts>;
    platform?: PlatformFacts;
  } = {},
): Facts {
  const { machine, platform, ...rest } = changes;
  return {
    cards: aReport(aCard('NVIDIA GeForce RTX 3060')),
    engine: { ok: true, name: 'Docker', version: '28.2.2' },
    cardsInContainers: { state: 'given' },
    isolation: 'proven',
    ...rest,
    machine: {
      platform: platform ?? ubuntu,
      memoryBytes: 32 * GIB,
      diskTotalBytes: 1e12,
      diskFreeBytes: 400e9,
      cardsOnBus: 1,
      ...machine,
    },
  };
}
