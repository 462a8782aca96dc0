import type { Readable } from 'node:stream';
import type { JobResources } from '../jobs/ports.ts';

/** What a job definition asks for. */
export type Resource = Parameters<JobResources['ensure']>[0]['resource'];
export type S3Resource = Extract<Resource, { type: 'S3' }>;
export type HuggingFaceResource = Extract<Resource, { type: 'HF' }>;
export type OllamaResource = Extract<Resource, { type: 'Ollama' }>;

/** A volume of ours that holds, or is about to hold, fetched files. */
export interface ResourceVolume {
  readonly volume: string;
  readonly key: string;
  /** The run that the volume goes with; null for the shared ones of the cache. */
  readonly run: string | null;
}

/** A file on its way into a volume. `body` gives exactly `size` bytes, or fails. */
export interface VolumeFile {
  /** Relative, with forward slashes, without `.` and `..`. */
  readonly path: string;
  readonly size: number;
  readonly body: Readable;
}

/**
 * Volumes of the container engine, as this room needs them; the containers room implements it. All
 * of them carry the label of this host, and no others are seen. Everything throws OffpeakError, and
 * `write` also what its file's body failed with.
 */
export interface ResourceVolumes {
  /** The shared volume of this key, created where it is missing. Returns its name. */
  create(key: string): Promise<string>;
  /** The volume of this key that this run alone may use and write to; it goes with the run. */
  createForRun(run: string, key: string): Promise<string>;
  /**
   * Puts one file into a volume, in place of what has its path; folders come into being. Resolves
   * when the engine has all of it. Several may be under way at once. Reads the body only as fast as
   * the engine takes it; a body that fails fails the write, and may leave a part of the file.
   */
  write(volume: string, file: VolumeFile, signal: AbortSignal): Promise<void>;
  /** Does nothing when it is not there; throws while a container uses it. */
  remove(volume: string): Promise<void>;
  list(): Promise<readonly ResourceVolume[]>;
  /** Bytes free where volumes are kept; null where that is not known. */
  freeBytes(): Promise<number | null>;
}
