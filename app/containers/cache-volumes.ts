import { randomUUID } from 'node:crypto';
import { type TarFile, tarOf } from '../adapters/tar.ts';
import type { CreateOptions } from '../adapters/docker/create-options.ts';
import type { DockerEngine } from '../adapters/docker/engine.ts';
import { EngineFault } from '../adapters/docker/faults.ts';
import { cacheVolumeName, label, runLabels, volumeName } from './names.ts';

/** What the volumes of the cache are made with. */
export interface CacheVolumesOptions {
  readonly host: string;
  readonly engine: () => Promise<DockerEngine>;
  /** An image whose containers are only made, never started, to reach into a volume. */
  readonly image: (engine: DockerEngine, signal: AbortSignal) => Promise<string>;
}

/** Where a volume is mounted in the container that files go through. */
const MOUNT = '/volume';

/**
 * Volumes for what jobs fetch: those of the cache are for reading and outlive runs, those of a run
 * are its own and go with it. Methods throw EngineFault, or OffpeakError where no engine may be used.
 */
export class CacheVolumes {
  readonly #options: CacheVolumesOptions;

  constructor(options: CacheVolumesOptions) {
    this.#options = options;
  }

  /** The cache volume of a key, made where it is missing; returns its name. */
  async create(key: string): Promise<string> {
    const { host } = this.#options;
    return this.#make(cacheVolumeName(host, key), { [label.host]: host, [label.cache]: key });
  }

  /** A volume that one run may write and that goes with it; returns its name. */
  async createForRun(run: string, key: string): Promise<string> {
    const owner = { host: this.#options.host, run };
    return this.#make(volumeName(owner, `resource ${key}`), runLabels(owner));
  }

  /**
   * Writes files into a volume as they come. The engine unpacks them, so nothing of this computer
   * is mounted anywhere. Rejects with the error of a body that fails; files before it stay.
   */
  async write(volume: string, files: AsyncIterable<TarFile>, signal: AbortSignal): Promise<void> {
    const engine = await this.#options.engine();
    const image = await this.#options.image(engine, signal);
    const name = `offpeak-writer-${randomUUID()}`;
    const id = await engine.createContainer(name, this.#writerOptions(image, volume));
    const archive = tarOf(files);
    const broken = new Promise<never>((_, reject) => archive.once('error', reject));
    try {
      await Promise.race([engine.unpack(id, MOUNT, archive, signal), broken]);
    } finally {
      archive.destroy();
      await engine.removeContainer(id);
    }
  }

  /** Nothing happens when it is gone. */
  async remove(volume: string): Promise<void> {
    await (await this.#options.engine()).removeVolume(volume);
  }

  /** The volumes of the cache with their keys. */
  async list(): Promise<{ volume: string; key: string }[]> {
    const engine = await this.#options.engine();
    const found = await engine.volumes({ [label.host]: this.#options.host });
    return found.flatMap(({ id, labels }) => {
      const key = labels[label.cache];
      return key === undefined ? [] : [{ volume: id, key }];
    });
  }

  // The engine hands out an existing volume of this name, whoever made it.
  async #make(name: string, wanted: Readonly<Record<string, string>>): Promise<string> {
    const labels = await (await this.#options.engine()).createVolume(name, wanted);
    const isOurs = Object.entries(wanted).every(([key, value]) => labels[key] === value);
    if (!isOurs) throw new EngineFault('conflict', `The volume ${name} belongs to someone else`);
    return name;
  }

  #writerOptions(image: string, volume: string): CreateOptions {
    return {
      Image: image,
      Env: [],
      Labels: { [label.host]: this.#options.host, [label.run]: `writer-${volume}` },
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

const WRITER_MEMORY = 32 * 1024 * 1024;
