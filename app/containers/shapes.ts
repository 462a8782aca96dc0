import type { Problem } from '../contract/gpu.ts';
import type { InternetPolicy } from '../contract/settings.ts';

/** An image that comes with Offpeak: `imageId` is the id it must have once loaded. */
export interface BundledImage {
  readonly reference: string;
  readonly archivePath: string;
  readonly imageId: string;
}

/** Memory (bytes) and processor cores of a computer. */
export interface Capacity {
  readonly memoryBytes: number;
  readonly cores: number;
}

/** The engine as Home and the doctor show it. */
export type EngineStatus =
  | {
      readonly ok: true;
      readonly name: string;
      readonly version: string;
      readonly apiVersion: string;
      readonly rootless: boolean;
      readonly storageDriver: string;
      /** How jobs get cards; null where the engine cannot give any. */
      readonly cardsBy: 'nvidia' | 'cdi' | null;
      /** Root in a job is not root on the computer. */
      readonly remapsUsers: boolean;
      /** Whether jobs reach the Internet, through their guards. */
      readonly internet: InternetPolicy;
    }
  | { readonly ok: false; readonly problem: Problem };
