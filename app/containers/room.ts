import type { Problem } from '../contract/gpu.ts';
import type { PullProgress } from '../contract/job.ts';
import { toFault } from '../adapters/docker/faults.ts';
import { cleanUpRun, runsWithLeftovers } from './clean-up.ts';
import { Connection, type Surroundings } from './connection.ts';
import { stopContainer, waitForExit } from './ending.ts';
import { EngineWatcher } from './engine-watcher.ts';
import { followLogs } from './following.ts';
import { isolationSentences } from './guarantees.ts';
import { ImageStore } from './images.ts';
import { KeyedLock } from './keyed-lock.ts';
import { limitsFor } from './limits.ts';
import type * as ports from '../jobs/ports.ts';
import type * as shapes from './shapes.ts';
import { findStarted, startContainer } from './starting.ts';
import { type Timing, USUAL_TIMING } from './timing.ts';

/** What the room is opened with. */
export interface ContainersOptions extends Surroundings {
  /** Names this installation in labels, so that two on one engine leave each other alone. */
  readonly hostId: string;
  /** Asked each time: images may be added while the room is open. */
  readonly bundled: () => readonly shapes.BundledImage[];
  /** Memory and cores of this computer. */
  readonly computer: shapes.Capacity;
  readonly timing?: Partial<Timing>;
}

/**
 * The container engine as Offpeak uses it (the jobs room's `JobEngine`), its state for Home and
 * doctor, and the clean-up at start. What it creates carries its labels; it touches nothing else.
 */
export class ContainersRoom implements ports.JobEngine {
  readonly #options: ContainersOptions;
  readonly #timing: Timing;
  readonly #connection: Connection;
  readonly #images: ImageStore;
  readonly #watcher: EngineWatcher;
  /** Per run: a clean-up never overtakes a start, and no two starts make two networks. */
  readonly #lock = new KeyedLock();

  constructor(options: ContainersOptions) {
    this.#options = options;
    this.#timing = { ...USUAL_TIMING, ...options.timing };
    this.#connection = new Connection(options);
    this.#images = new ImageStore(options.bundled, this.#timing.pullStallMs);
    const look = {
      ping: async (): Promise<void> => (await this.#connection.engine()).ping(),
      check: (): Promise<shapes.EngineStatus> => this.#look(),
    };
    this.#watcher = new EngineWatcher(look, this.#timing.watchMs);
  }

  /** The isolation that `start` enforces, one plain sentence each. */
  isolation(gpu: boolean): readonly string[] {
    return isolationSentences(gpu);
  }

  /** Image present → at once; bundled → from its archive; else a pull that may not stall. */
  async ensureImage(
    { image }: ports.ImageRequest,
    onProgress: (progress: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<ports.PullResult> {
    try {
      const facts = await this.#connection.facts();
      const engine = await this.#connection.engine();
      const found = await this.#images.ensure(engine, facts, image, { onProgress, signal });
      return { ok: true, ...found };
    } catch (error) {
      return { ok: false, problem: this.#connection.toError(error).toReport() };
    }
  }

  /** Starts the container of an operation; a second start finds the first one's container. */
  async start(spec: ports.ContainerSpec, signal: AbortSignal): Promise<ports.StartResult> {
    try {
      const facts = await this.#connection.facts();
      const engine = await this.#connection.engine();
      const { hostId, computer } = this.#options;
      const setting = { host: hostId, limits: limitsFor(computer, facts) };
      const container = await this.#lock.run(spec.run, () =>
        startContainer(engine, spec, setting, signal),
      );
      return { ok: true, container };
    } catch (error) {
      return { ok: false, problem: this.#connection.toError(error).toReport() };
    }
  }

  /** Starts an ended container again, with the files it wrote. */
  async restart(container: ports.ContainerHandle, signal: AbortSignal): Promise<ports.StartResult> {
    try {
      const engine = await this.#connection.engine();
      signal.throwIfAborted();
      await engine.startContainer(container.id);
      return { ok: true, container };
    } catch (error) {
      return { ok: false, problem: this.#connection.toError(toFault(error)).toReport() };
    }
  }

  /** Where a port of a running container is reached from this computer. Throws `containers.*`. */
  endpoint(container: ports.ContainerHandle, port: number): Promise<ports.Endpoint | null> {
    return this.#orThrow(async () =>
      (await this.#connection.engine()).endpoint(container.id, port),
    );
  }

  /** The started container of an operation, running or ended. Throws `containers.*`. */
  find(run: string, operation: string): Promise<ports.ContainerHandle | null> {
    const { hostId } = this.#options;
    return this.#orThrow(async () =>
      findStarted(await this.#connection.engine(), hostId, { run, operation }),
    );
  }

  /** Lines after `since` less `skip` until the container ends; outlives a lost engine. */
  followLogs(
    container: ports.ContainerHandle,
    options: {
      since: string | null;
      skip: number;
      onLine: (line: ports.EngineLogLine) => void;
    },
    signal: AbortSignal,
  ): Promise<void> {
    const { pollMs } = this.#timing;
    return followLogs(this.#connection, container, { ...options, pollMs }, signal);
  }

  /** Rejects with the signal's reason when it aborts. */
  waitForExit(container: ports.ContainerHandle, signal: AbortSignal): Promise<ports.ContainerEnd> {
    return waitForExit(this.#connection, container, this.#timing, signal);
  }

  /** Resolves when the container no longer runs. Throws `containers.*`. */
  stop(container: ports.ContainerHandle, graceMs: number): Promise<void> {
    return this.#orThrow(async () =>
      stopContainer(await this.#connection.engine(), container, graceMs),
    );
  }

  /** Removes containers, network and volumes of a run. Throws `containers.*`. */
  cleanUp(run: string): Promise<void> {
    const owner = { host: this.#options.hostId, run };
    return this.#orThrow(async () => {
      const engine = await this.#connection.engine();
      await this.#lock.run(run, () => cleanUpRun(engine, owner));
    });
  }

  /** Removes what runs that are not in the list left behind, e.g. after a crash. */
  async sweep(
    keepRuns: readonly string[],
  ): Promise<{ removed: string[]; problem: Problem | null }> {
    const removed: string[] = [];
    let problem: Problem | null = null;
    try {
      const engine = await this.#connection.engine();
      const runs = await runsWithLeftovers(engine, this.#options.hostId);
      for (const run of runs.filter((one) => !keepRuns.includes(one))) {
        try {
          await this.cleanUp(run);
          removed.push(run);
        } catch (error) {
          problem = this.#connection.toError(error).toReport();
        }
      }
    } catch (error) {
      problem = this.#connection.toError(error).toReport();
    }
    return { removed, problem };
  }

  /** Looks at the engine now: for the doctor, and for Home through `watch`. */
  checkEngine(): Promise<shapes.EngineStatus> {
    return this.#watcher.check();
  }

  /** What the last look at the engine saw; null before the first. */
  status(): shapes.EngineStatus | null {
    return this.#watcher.last();
  }

  /** Calls back when the engine comes, goes or changes. Returns the stop. */
  watch(onChange: (status: shapes.EngineStatus) => void): () => void {
    return this.#watcher.watch(onChange);
  }

  async #look(): Promise<shapes.EngineStatus> {
    try {
      const { name, version, apiVersion, rootless, storageDriver, gpuRuntime } =
        await this.#connection.freshFacts();
      return { ok: true, name, version, apiVersion, rootless, storageDriver, gpuRuntime };
    } catch (error) {
      return { ok: false, problem: this.#connection.toError(error).toReport() };
    }
  }

  async #orThrow<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#connection.toError(error);
    }
  }
}
