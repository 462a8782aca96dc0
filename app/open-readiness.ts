import type { HostOptions } from './host-options.ts';
import type { HostState } from './contract/state.ts';
import type { Lending } from './lending/lending.ts';
import type { Facts } from './readiness/facts.ts';
import { readMachineFacts } from './readiness/machine-facts.ts';
import { ReadinessRoom } from './readiness/readiness-room.ts';
import type { Rooms } from './rooms.ts';

interface Sources {
  readonly lending: Pick<Lending, 'provider' | 'thresholds'>;
  /** What the doctor found last; null before its first look. */
  readonly found: () => Pick<Facts, 'engine' | 'cards' | 'cardsInContainers'> | null;
  readonly proof: () => HostState['proof'];
}

/** The room that judges this computer, with what the other rooms know of it. */
export function openReadiness(
  options: HostOptions,
  rooms: Pick<Rooms, 'settings' | 'cards'>,
  { lending, found, proof }: Sources,
): ReadinessRoom {
  return new ReadinessRoom({
    settings: rooms.settings,
    network: () => lending.provider.id,
    thresholds: (signal) => lending.thresholds(signal),
    facts: async (signal) => {
      const machine = await readMachineFacts({
        diskPath: options.home,
        childEntry: options.childEntries?.systemInformation,
        signal,
      });
      const known = found();
      return {
        machine,
        cards: known?.cards ?? (await rooms.cards.refresh()),
        engine: known?.engine ?? null,
        cardsInContainers: known?.cardsInContainers ?? { state: 'not-checked' },
        isolation: isolationOf(proof()),
      };
    },
    now: Date.now,
    onFault: (text) => options.log('warn', 'readiness cannot be judged', { text }),
  });
}

function isolationOf({ report }: HostState['proof']): Facts['isolation'] {
  if (report === null) return 'not-tried';
  return report.isolated ? 'proven' : 'broken';
}
