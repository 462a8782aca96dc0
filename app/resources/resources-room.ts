import { OffpeakError } from '../contract/errors.ts';
import type { PullProgress } from '../contract/job.ts';
import type { JobResources, ResourceResult } from '../jobs/ports.ts';
import { Cache, type CacheOptions } from './cache.ts';
import { fetchMissing } from './fetch.ts';
import { Flights, type Waiter } from './flights.ts';
import { isRecognisable, keyOf, totalBytes, type Manifest } from './manifest.ts';
import { planResource, PUBLIC_ENDPOINTS, type Endpoints } from './planner.ts';
import type { Resource } from './ports.ts';
import { problemOf } from './problems.ts';
import { Web, type WebOptions } from './web.ts';

export interface ResourcesOptions extends Pick<CacheOptions, 'db' | 'volumes'> {
  /** UTC ms. */
  readonly now?: () => number;
  /** The owner's choice in bytes; read anew for each resource. */
  readonly quotaBytes?: () => number;
  readonly endpoints?: Endpoints;
  readonly web?: WebOptions;
  /** Pause before the next attempt at a file, in ms. */
  readonly backOffMs?: (failures: number) => number;
}

/** What the cache keeps, for people. */
export interface KeptResource {
  readonly key: string;
  readonly label: string;
  readonly bytes: number;
  readonly completeBytes: number;
  readonly files: number;
  readonly completeFiles: number;
  readonly pinned: boolean;
  readonly inUse: boolean;
  /** UTC ms. */
  readonly usedAt: number;
}

/** After these, what was fetched so far is of no more use. */
const USELESS_AFTER = [
  'resources.changed',
  'resources.not-found',
  'resources.forbidden',
  'resources.unsupported',
];

/**
 * The large files that jobs ask for: fetched once, kept within the owner's limit, shared by their
 * content, and given to containers as volumes that they can only read. A job that wants to write
 * gets a volume of its own.
 */
export class ResourcesRoom implements JobResources {
  readonly #web: Web;
  readonly #endpoints: Endpoints;
  readonly #cache: Cache;
  readonly #volumes: CacheOptions['volumes'];
  readonly #now: () => number;
  readonly #backOffMs: (failures: number) => number;
  readonly #flights = new Flights<string>();
  #isReconciled = false;

  constructor(options: ResourcesOptions) {
    const { db, volumes, quotaBytes, now = () => Date.now() } = options;
    this.#web = new Web(options.web ?? {});
    this.#endpoints = options.endpoints ?? PUBLIC_ENDPOINTS;
    this.#cache = new Cache({ db, volumes, now, quotaBytes });
    this.#volumes = volumes;
    this.#now = now;
    this.#backOffMs = options.backOffMs ?? ((failures) => Math.min(8000, 500 * 2 ** failures));
  }

  /** Never throws: what goes wrong is the problem of the result. */
  async ensure(
    { run, resource }: { readonly run: string; readonly resource: Resource },
    onProgress: (progress: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<ResourceResult> {
    try {
      const asking = { web: this.#web, endpoints: this.#endpoints, signal };
      const manifest = await planResource(resource, asking);
      if (!this.#isReconciled) await this.reconcile();
      const volume = await this.#provide(manifest, { run, onProgress, signal });
      return { ok: true, volume, target: manifest.target, writable: manifest.writable };
    } catch (error) {
      return { ok: false, problem: problemOf(error, signal) };
    }
  }

  release(run: string): void {
    this.#cache.table.release(run, this.#now());
  }

  /**
   * Makes memory and engine agree; `liveRuns` are those that may still need what they hold. Done by
   * itself before the first resource, where the engine was not there at start.
   */
  async reconcile(liveRuns: readonly string[] | null = null): Promise<void> {
    if (liveRuns !== null) {
      const gone = this.#cache.table.runs().filter((run) => !liveRuns.includes(run));
      for (const run of gone) this.release(run);
    }
    await this.#cache.reconcile();
    this.#isReconciled = true;
  }

  /** What is kept, last used first. */
  list(): readonly KeptResource[] {
    return this.#cache.table
      .all()
      .filter(({ run }) => run === null)
      .map((row) => ({
        key: row.key,
        label: row.label,
        bytes: row.bytes,
        completeBytes: row.complete_bytes,
        files: row.files,
        completeFiles: row.complete_files,
        pinned: row.pinned,
        inUse: this.#cache.isInUse(row),
        usedAt: row.used_at,
      }));
  }

  /** Keeps it, whatever else wants the room. Throws `resources.not-kept`. */
  pin(key: string, pinned: boolean): void {
    this.#cache.table.pin(this.#cache.shared(key).volume, pinned);
  }

  /** Throws `resources.not-kept`, or `resources.in-use` while a job needs it. */
  remove(key: string): Promise<void> {
    return this.#cache.remove(key);
  }

  #provide(manifest: Manifest, waiter: Waiter): Promise<string> {
    const key = keyOf(manifest);
    const isShared = !manifest.writable && isRecognisable(manifest);
    const run = isShared ? null : waiter.run;
    return this.#flights.join(`${run ?? ''} ${key}`, waiter, {
      fly: (onProgress, signal) => this.#fill({ key, run, manifest }, onProgress, signal),
      land: (volume, runs) => {
        try {
          this.#cache.table.hold(volume, runs, this.#now());
        } finally {
          this.#cache.close(volume);
        }
      },
    });
  }

  async #fill(
    { key, run, manifest }: { key: string; run: string | null; manifest: Manifest },
    onProgress: (progress: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<string> {
    const { label, files } = manifest;
    const wanted = { key, run, label, bytes: totalBytes(files), files: files.length };
    const { volume, complete } = await this.#cache.open(wanted);
    const { table } = this.#cache;
    try {
      await fetchMissing(
        manifest,
        {
          volume,
          complete,
          onComplete: ({ path, size }) => table.complete(volume, path, size),
          onProgress,
          signal,
        },
        { web: this.#web, volumes: this.#volumes, backOffMs: this.#backOffMs },
      );
      return volume;
    } catch (error) {
      this.#cache.close(volume);
      const isUseless = error instanceof OffpeakError && USELESS_AFTER.includes(error.code);
      // A volume that cannot be removed now is the first to go when room is needed.
      if (isUseless) await this.#cache.drop(volume).catch(() => undefined);
      throw error;
    }
  }
}
