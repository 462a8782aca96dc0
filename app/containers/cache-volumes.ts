import { randomUUID } from 'node:crypto';
import { type TarFile, tarOf } from '../adapters/tar.ts';
import type { CreateOptions } from '../adapters/docker/create-options.ts';
import type { DockerEngine } from '../adapters/docker/engine.ts';
import { EngineFault } from '../adapters/docker/faults.ts';
import type { OffpeakError } from '../contract/errors.ts';
import { cacheVolumeName, label, runLabels, volumeName } from './names.ts';

/** What the volumes of the cache are made with. */
export interface CacheVolumesOptions {
  readonly host: string;
  readonly engine: () => Promise<DockerEngine>;
  /** An image whose containers are only made, never started, to reach into a volume. */
  readonly image: (engine: DockerEngine, signal: AbortSignal) => Promise<string>;
  readonly freeBytes: () => Promise<number | null>;
  /** Faults of the engine as errors for a person. */
  readonly toError: (error: unknown) => OffpeakError;
}

/** A volume for what was fetched; `run` is null where jobs share it. */
interface CacheVolume {
  readonly volume: string;
  readonly key: string;
  readonly run: string | null;
}

/** Where a volume is mounted in the container that files go through. */
const MOUNT = '/volume';
const WRITER_MEMORY = 32 * 1024 * 1024;

/**
 * Volumes for what jobs fetch: shared ones are for reading and outlive runs, those of a run are its
 * own and go with it. Methods throw `containers.*`.
 */
export class CacheVolumes {
  readonly #options: CacheVolumesOptions;
  /** Names of containers through which files go now. */
  readonly #writers = new Set<string>();

  constructor(options: CacheVolumesOptions) {
    this.#options = options;
  }

  /** The shared volume of a key, made where it is missing; returns its name. */
  create(key: string): Promise<string> {
    const { host } = this.#options;
    const labels = { [label.host]: host, [label.cache]: key };
    return this.#make(cacheVolumeName(host, key), labels);
  }

  /** A volume that one run may write and that goes with it; returns its name. */
  createForRun(run: string, key: string): Promise<string> {
    const owner = { host: this.#options.host, run };
    const labels = { ...runLabels(owner), [label.cache]: key };
    return this.#make(volumeName(owner, `resource ${key}`), labels);
  }

  /**
   * Writes a file into a volume as it comes. The engine unpacks it, so nothing of this computer is
   * mounted anywhere. Rejects with what the body failed with; a part of the file may stay.
   */
  async write(volume: string, file: TarFile, signal: AbortSignal): Promise<void> {
    const name = `offpeak-writer-${randomUUID()}`;
    this.#writers.add(name);
    try {
      await this.#writeThrough(name, volume, file, signal);
    } finally {
      this.#writers.delete(name);
    }
  }

  /** Nothing happens when it is gone. */
  remove(volume: string): Promise<void> {
    return this.#orThrow(async () => (await this.#options.engine()).removeVolume(volume));
  }

  /** All volumes for what was fetched. */
  list(): Promise<CacheVolume[]> {
    return this.#orThrow(async () => {
      const engine = await this.#options.engine();
      const found = await engine.volumes({ [label.host]: this.#options.host });
      return found.flatMap(({ id, labels }) => {
        const key = labels[label.cache];
        return key === undefined ? [] : [{ volume: id, key, run: labels[label.run] ?? null }];
      });
    });
  }

  freeBytes(): Promise<number | null> {
    return this.#options.freeBytes();
  }

  /** Removes the containers that a crash left in the middle of a file. Throws EngineFault. */
  async sweep(engine: DockerEngine): Promise<void> {
    const labels = { [label.host]: this.#options.host, [label.writer]: 'yes' };
    for (const { id, name } of await engine.containers(labels)) {
      if (!this.#writers.has(name)) await engine.removeContainer(id);
    }
  }

  async #writeThrough(
    name: string,
    volume: string,
    file: TarFile,
    signal: AbortSignal,
  ): Promise<void> {
    const { engine: find, image } = this.#options;
    const { engine, id } = await this.#orThrow(async () => {
      const engine = await find();
      const options = this.#writerOptions(await image(engine, signal), volume);
      return { engine, id: await engine.createContainer(name, options) };
    });
    const archive = tarOf(file);
    let failure: unknown = null;
    file.body.once('error', (error) => (failure = error));
    try {
      await this.#orThrow(() => engine.unpack(id, MOUNT, archive, signal));
    } catch (error) {
      throw failure ?? error;
    } finally {
      archive.destroy();
      await this.#orThrow(() => engine.removeContainer(id));
    }
  }

  // The engine hands out an existing volume of this name, whoever made it.
  #make(name: string, wanted: Readonly<Record<string, string>>): Promise<string> {
    return this.#orThrow(async () => {
      const labels = await (await this.#options.engine()).createVolume(name, wanted);
      const isOurs = Object.entries(wanted).every(([key, value]) => labels[key] === value);
      if (!isOurs) throw new EngineFault('conflict', `The volume ${name} belongs to someone else`);
      return name;
    });
  }

  async #orThrow<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#options.toError(error);
    }
  }

  #writerOptions(image: string, volume: string): CreateOptions {
    return {
      Image: image,
      Env: [],
      Labels: { [label.host]: this.#options.host, [label.writer]: 'yes' },
      Tty: false,
      OpenStdin: false,
      StopTimeout: 1,
      Healthcheck: { Test: ['NONE'] },
      HostConfig: {
        NetworkMode: 'none',
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        IpcMode: 'private',
        CgroupnsMode: 'private',
        Init: false,
        RestartPolicy: { Name: 'no' },
        Memory: WRITER_MEMORY,
        MemorySwap: WRITER_MEMORY,
        NanoCpus: 5e8,
        CpuShares: 128,
        PidsLimit: 16,
        OomScoreAdj: 0,
        ShmSize: 1024 * 1024,
        Ulimits: [],
        LogConfig: { Type: 'json-file', Config: { 'max-size': '1m' } },
        Mounts: [{ Type: 'volume', Source: volume, Target: MOUNT }],
      },
    };
  }
}
