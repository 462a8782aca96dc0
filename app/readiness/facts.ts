import type { CardReport, Problem } from '../contract/gpu.ts';

/** The system, as the network looks at it. */
export interface PlatformFacts {
  readonly os: 'linux' | 'windows' | 'macos' | 'other';
  /** A Linux inside Windows. */
  readonly wsl: boolean;
  /** Stable word of the Linux distribution, e.g. `ubuntu`; null elsewhere. */
  readonly distribution: string | null;
  readonly version: string | null;
  /** For people, e.g. "Ubuntu 22.04.4 LTS". */
  readonly name: string | null;
  /** Why practice does not work here either; null: it does. */
  readonly practiceProblem: string | null;
}

/** What can be read of this computer at any time; null where it does not say. */
export interface MachineFacts {
  readonly platform: PlatformFacts;
  readonly memoryBytes: number | null;
  /** Of the disk that holds what jobs need. */
  readonly diskTotalBytes: number | null;
  readonly diskFreeBytes: number | null;
  /** NVIDIA cards that the PCI bus shows, with or without a driver. */
  readonly cardsOnBus: number | null;
}

/** What the rules judge; from the machine, the cards, the doctor and the last proof. */
export interface Facts {
  readonly machine: MachineFacts;
  readonly cards: CardReport;
  /** Null: not looked yet. */
  readonly engine:
    | { readonly ok: true; readonly name: string; readonly version: string }
    | { readonly ok: false; readonly problem: Problem }
    | null;
  /** What the doctor saw when it gave a container the cards. */
  readonly cardsInContainers:
    | { readonly state: 'no-card' }
    | { readonly state: 'given' }
    | { readonly state: 'not-given'; readonly problem: Problem }
    | { readonly state: 'not-checked' };
  /** What came of the last proof of the isolation. */
  readonly isolation: 'proven' | 'broken' | 'not-tried';
}
