import type { Card } from '../../../app/contract/gpu.ts';
import type { HostState } from '../../../app/contract/state.ts';
import { blankCard } from '../../../app/gpu/blank-card.ts';

const GIB = 1024 ** 3;

/** A busy GeForce RTX 4090. */
export function aCard(changes: Partial<Card> = {}): Card {
  const uuid = `GPU-00000000-0000-0000-0000-00000000000${changes.index ?? 0}`;
  return {
    ...blankCard({ index: 0, name: 'NVIDIA GeForce RTX 4090', uuid }),
    memoryBytes: 23.99 * GIB,
    memoryUsedBytes: 22.1 * GIB,
    temperatureC: 67,
    powerWatts: 311.4,
    powerLimitWatts: 450,
    fanPercent: 54,
    utilizationPercent: 98,
    memoryUtilizationPercent: 61,
    coreClockMhz: 2_745,
    memoryClockMhz: 10_501,
    performanceState: 2,
    slowReasons: [],
    slowdownC: 97,
    highestC: 90,
    powerDefaultWatts: 450,
    powerMinWatts: 150,
    powerMaxWatts: 600,
    energyJoules: 7_200_500,
    pcieGen: 4,
    pcieWidth: 16,
    pcieMaxGen: 4,
    pcieMaxWidth: 16,
    ...changes,
  };
}

/** The cards slice of a computer with these cards. */
export function cardsState(...cards: Card[]): HostState['cards'] {
  return {
    driver: '580.95.05',
    cuda: '13.0',
    cards,
    source: 'nvml',
    problem: null,
    readAt: Date.now(),
  };
}

/** Four cards of different ages; not each of them tells everything. */
export function fourCards(): HostState['cards'] {
  return cardsState(
    aCard(),
    aCard({
      index: 1,
      temperatureC: 84,
      utilizationPercent: 100,
      fanPercent: 91,
      slowReasons: ['heat'],
    }),
    aCard({
      index: 2,
      name: 'NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition',
      memoryBytes: 95.6 * GIB,
      memoryUsedBytes: 0.4 * GIB,
      temperatureC: 38,
      powerWatts: 21,
      fanPercent: 30,
      utilizationPercent: 0,
    }),
    aCard({
      index: 3,
      name: 'Tesla T4',
      memoryBytes: 15 * GIB,
      memoryUsedBytes: null,
      temperatureC: null,
      powerWatts: null,
      fanPercent: null,
      utilizationPercent: null,
    }),
  );
}

/** A computer without a card, in the words of the error table. */
export function noCard(): HostState['cards'] {
  return {
    driver: null,
    cuda: null,
    cards: [],
    source: null,
    problem: {
      code: 'gpu.driver-missing',
      message: 'There is no NVIDIA driver on this computer: nvidia-smi is not on the PATH.',
      remedy:
        'Install the driver for your card (https://www.nvidia.com/drivers) and restart. Without an NVIDIA card only practice works; it runs on the processor.',
    },
    readAt: Date.now(),
  };
}
