import type { Problem } from '../contract/gpu.ts';

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
      readonly gpuRuntime: boolean;
    }
  | { readonly ok: false; readonly problem: Problem };
