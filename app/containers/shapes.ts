import type { Problem } from '../contract/gpu.ts';

/**
 * What the room takes and gives. The jobs room states the same shapes for what it needs; a test
 * asserts that they fit.
 */

/** One container/run operation, with everything already interpolated. */
export interface ContainerSpec {
  readonly run: string;
  readonly job: string;
  readonly operation: string;
  readonly index: number;
  readonly image: string;
  readonly command: readonly string[] | null;
  readonly entrypoint: readonly string[] | null;
  readonly env: Readonly<Record<string, string>>;
  readonly workDir: string | null;
  readonly volumes: readonly { readonly name: string; readonly dest: string }[];
  readonly aliases: readonly string[];
  readonly gpu: boolean;
}

/** A container of ours, by its engine id. */
export interface ContainerHandle {
  readonly id: string;
  readonly operation: string;
}

/** What became of a container; times in UTC ms. */
export type ContainerEnd =
  | {
      readonly state: 'exited';
      readonly exitCode: number;
      readonly outOfMemory: boolean;
      readonly startedAt: number;
      readonly endedAt: number;
    }
  | { readonly state: 'vanished' }
  | { readonly state: 'engine-lost'; readonly problem: Problem };

/** A line of a log; `timestamp` is the engine's RFC 3339 text with nanoseconds. */
export interface EngineLogLine {
  readonly timestamp: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

export type PullResult =
  | { readonly ok: true; readonly imageId: string; readonly digest: string | null }
  | { readonly ok: false; readonly problem: Problem };

export type StartResult =
  | { readonly ok: true; readonly container: ContainerHandle }
  | { readonly ok: false; readonly problem: Problem };

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
