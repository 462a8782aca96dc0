import type { DockerEngine } from '../adapters/docker/engine.ts';
import { EngineFault } from '../adapters/docker/faults.ts';
import type { Problem } from '../contract/gpu.ts';
import type { PullProgress } from '../contract/job.ts';
import type { InternetPolicy } from '../contract/settings.ts';
import type * as ports from '../jobs/ports.ts';
import { loadBundled } from './bundled-images.ts';
import { CacheVolumes } from './cache-volumes.ts';
import { checkCards } from './card-check.ts';
import { cardWay } from './card-way.ts';
import { cleanUpRun } from './clean-up.ts';
import { Connection, type Surroundings } from './connection.ts';
import { stopContainer, waitForExit } from './ending.ts';
import { EngineWatcher } from './engine-watcher.ts';
import { followLogs } from './following.ts';
import { guardOptions } from './guard-options.ts';
import { isolationSentences, promisedOptions } from './guarantees.ts';
import { runGuard } from './guards.ts';
import type { ImageRecords } from './image-records.ts';
import { ImageStore } from './images.ts';
import { KeyedLock } from './keyed-lock.ts';
import { limitsFor } from './limits.ts';
import type { PodKind } from './names.ts';
import { Pods } from './pods.ts';
import { seccompFor } from './seccomp.ts';
import { statsOf } from './stats.ts';
import { cannotClose } from './suitability.ts';
import type * as shapes from './shapes.ts';
import { type BuildOptions, findStarted, startContainer, type StartSetting } from './starting.ts';
import { sweepEngine } from './sweep.ts';
import { type Timing, USUAL_TIMING } from './timing.ts';
import type { TunnelSettings } from './tunnel-settings.ts';
import { Tunnels } from './tunnels.ts';

/** What the room is opened with. */
export interface ContainersOptions extends Surroundings {
  /** Names this installation in labels, so that two on one engine leave each other alone. */
  readonly hostId: string;
  /** Asked each time: images may be added while the room is open. */
  readonly bundled: () => readonly shapes.BundledImage[];
  /** The image of the guards (build/guard). */
  readonly guardImage: () => shapes.BundledImage;
  /** How the network publishes ports of jobs; null or absent where it does not. */
  readonly tunnel?: () => TunnelSettings | null;
  /** The owner's choice; read anew for each job. */
  readonly internet: () => InternetPolicy;
  /** Addresses of this computer that are not private, as CIDR. */
  readonly ownAddresses: () => readonly string[];
  /** Null where any image of this computer may be used: for jobs of the owner alone. */
  readonly imageRecords: ImageRecords | null;
  /** Where the engine finds the filter as a file; null where it cannot read any of this computer. */
  readonly seccompFile: () => string | null;
  /** Memory and cores of this computer. */
  readonly computer: shapes.Capacity;
  /** Free bytes where the engine keeps its containers; null where that is not known. */
  readonly freeDiskBytes: (rootFolder: string | null) => Promise<number | null>;
  readonly timing?: Partial<Timing>;
  /** Other rules, by which tests see that the proof notices. */
  readonly build?: BuildOptions;
  readonly buildGuard?: typeof guardOptions;
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
  readonly #pods: Pods;
  readonly #volumes: CacheVolumes;
  /** The tunnels by which the network publishes ports of jobs and the owners' door. */
  readonly tunnels: Tunnels;
  readonly #watcher: EngineWatcher;
  readonly #guardIds = new Map<string, string>();
  /** Per run: a clean-up never overtakes a start, and no two starts make two networks. */
  readonly #lock = new KeyedLock();

  constructor(options: ContainersOptions) {
    this.#options = options;
    this.#timing = { ...USUAL_TIMING, ...options.timing };
    this.#connection = new Connection(options);
    const { bundled, imageRecords: records } = options;
    this.#images = new ImageStore({ bundled, stallMs: this.#timing.pullStallMs, records });
    this.#pods = new Pods({
      host: options.hostId,
      guardImage: (engine, signal) => this.#guardImage(engine, signal),
      deny: options.ownAddresses,
      build: options.buildGuard ?? guardOptions,
      peculiar: async () => {
        const { isPodman, rootless } = await this.#connection.facts();
        return { namesAtGateway: isPodman, namesProcessLimit: isPodman && !rootless };
      },
    });
    this.#volumes = new CacheVolumes({
      host: options.hostId,
      engine: () => this.#connection.engine(),
      image: (engine, signal) => this.#guardImage(engine, signal),
      freeBytes: async () => options.freeDiskBytes((await this.#connection.facts()).rootFolder),
      toError: (error) => this.#connection.toError(error),
    });
    this.tunnels = new Tunnels({
      host: options.hostId,
      connection: this.#connection,
      pods: this.#pods,
      lock: this.#lock,
      settings: () => (this.#podKind() === 'open' ? (options.tunnel?.() ?? null) : null),
      image: (image, signal) => this.#clientImage(image, signal),
      guardImage: (engine, signal) => this.#guardImage(engine, signal),
      seccompFile: options.seccompFile,
    });
    const look = {
      ping: async (): Promise<void> => {
        const engine = await this.#connection.engine();
        await engine.ping();
        await this.#pods.closeNewAddresses(engine);
      },
      check: (): Promise<shapes.EngineStatus> => this.#look(),
    };
    this.#watcher = new EngineWatcher(look, this.#timing.watchMs);
  }

  /** The isolation that `start` enforces, one plain sentence each. */
  isolation(gpu: boolean): readonly string[] {
    return isolationSentences(gpu, this.#podKind() === 'open' ? 'guarded' : 'closed');
  }

  /** Image fetched before → at once; bundled → from its archive; else a pull that may not stall. */
  async ensureImage(
    request: ports.ImageRequest,
    onProgress: (progress: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<ports.PullResult> {
    try {
      const facts = await this.#connection.facts();
      const engine = await this.#connection.engine();
      const found = await this.#images.ensure(engine, facts, request, { onProgress, signal });
      return { ok: true, ...found };
    } catch (error) {
      return { ok: false, problem: this.#connection.toError(error).toReport() };
    }
  }

  /** Starts the container of an operation; a second start finds the first one's container. */
  async start(spec: ports.ContainerSpec, signal: AbortSignal): Promise<ports.StartResult> {
    try {
      const engine = await this.#connection.engine();
      const setting = await this.#setting();
      const kind = this.#podKind();
      if (kind === 'closed') await this.#insistOnClosing();
      // By its id: a name may come to mean another image at any moment.
      const image = await engine.image(spec.image);
      if (image === null) throw new EngineFault('image-missing', spec.image);
      const exact = { ...spec, image: image.id };
      const container = await this.#lock.run(spec.run, () =>
        startContainer(engine, exact, {
          setting,
          findPlace: (within) => this.#pods.place(engine, kind, spec, within),
          build: this.#options.build ?? promisedOptions,
          signal,
        }),
      );
      return { ok: true, container };
    } catch (error) {
      return { ok: false, problem: this.#connection.toError(error).toReport() };
    }
  }

  /** Starts an ended container again, with the files it wrote, behind its guard. */
  async restart(container: ports.ContainerHandle, signal: AbortSignal): Promise<ports.StartResult> {
    try {
      const engine = await this.#connection.engine();
      const state = await engine.container(container.id);
      if (state !== null && state.guardId !== null) await runGuard(engine, state.guardId, signal);
      await engine.startContainer(container.id);
      return { ok: true, container };
    } catch (error) {
      return { ok: false, problem: this.#connection.toError(error).toReport() };
    }
  }

  /** Where a port of a running container is reached from this computer. Throws `containers.*`. */
  endpoint(container: ports.ContainerHandle, port: number): Promise<ports.Endpoint | null> {
    return this.#orThrow(async () => {
      const engine = await this.#connection.engine();
      const state = await engine.container(container.id);
      return state?.running === true ? engine.endpoint(state.guardId ?? container.id, port) : null;
    });
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

  /** What a running container uses now; null when it does not run. Throws `containers.*`. */
  stats(container: ports.ContainerHandle): Promise<ports.ContainerStats | null> {
    return this.#orThrow(async () => statsOf(await this.#connection.engine(), container));
  }

  /** Resolves when the container no longer runs. Throws `containers.*`. */
  stop(container: ports.ContainerHandle, graceMs: number): Promise<void> {
    return this.#orThrow(async () =>
      stopContainer(await this.#connection.engine(), container, graceMs),
    );
  }

  /** Removes containers, network, volumes and private images of a run. Throws `containers.*`. */
  cleanUp(run: string, privateImages: readonly string[] = []): Promise<void> {
    const owner = { host: this.#options.hostId, run };
    return this.#orThrow(async () => {
      const engine = await this.#connection.engine();
      const pods = this.#pods.podsOf(run);
      // What cannot be removed now is left to the next sweep.
      this.#pods.forget(run);
      await this.#lock.run(run, () => cleanUpRun(engine, owner, pods));
      for (const image of privateImages) await this.#images.removePrivate(engine, image);
    });
  }

  /**
   * Removes what runs that are not in the list left behind, e.g. after a crash; `removed` names runs
   * and networks.
   */
  async sweep(
    keepRuns: readonly string[],
  ): Promise<{ removed: string[]; problem: Problem | null }> {
    let removed: string[] = [];
    let problem: Problem | null = null;
    const attempt = async (work: () => Promise<void>): Promise<void> => {
      await work().catch((error: unknown) => {
        problem = this.#connection.toError(error).toReport();
      });
    };
    await attempt(async () => {
      const engine = await this.#connection.engine();
      await this.#volumes.sweep(engine);
      removed = await sweepEngine({
        engine,
        host: this.#options.hostId,
        keepRuns,
        cleanUp: (run) => this.cleanUp(run),
        isInUse: (pod) => this.#pods.isInUse(pod),
        attempt,
      });
    });
    return { removed, problem };
  }

  /** Volumes for what jobs fetch. */
  get volumes(): CacheVolumes {
    return this.#volumes;
  }

  /** IPv4 address under which other containers of its run reach a container; null without one. */
  addressOf(container: ports.ContainerHandle): Promise<string | null> {
    return this.#orThrow(async () => {
      const engine = await this.#connection.engine();
      const state = await engine.container(container.id);
      return engine.address(state?.guardId ?? container.id);
    });
  }

  /** Loads the image of guards and probes where it is missing. Throws `containers.*`. */
  loadGuardImage(signal: AbortSignal): Promise<string> {
    return this.#orThrow(async () => this.#guardImage(await this.#connection.engine(), signal));
  }

  /** Gives a tiny container these cards and looks at them from inside. Throws `containers.*`. */
  checkCards(cards: readonly string[], signal: AbortSignal): Promise<void> {
    return this.#orThrow(async () => {
      const engine = await this.#connection.engine();
      const image = await this.#guardImage(engine, signal);
      const place = { engine, image, setting: await this.#setting() };
      await this.#lock.run('cards', () => checkCards(place, cards, signal));
    });
  }

  /** Takes away what is kept ready for the next job, and keeps nothing ready after. Throws `containers.*`. */
  close(): Promise<void> {
    return this.#orThrow(async () => this.#pods.close(await this.#connection.engine()));
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

  /** Leaves the engine and looks for one anew: the owner has chosen. Call while no run is in hand. */
  async reconnect(): Promise<void> {
    const leave = async (): Promise<void> => this.#pods.letGo(await this.#connection.engine());
    await leave().catch(() => undefined);
    this.#connection.forget();
    await this.checkEngine();
  }

  async #look(): Promise<shapes.EngineStatus> {
    try {
      const { name, version, apiVersion, rootless, storageDriver, cardsBy, remapsUsers } =
        await this.#connection.freshFacts();
      const internet = this.#options.internet();
      if (internet === 'none') await this.#insistOnClosing();
      // The next job's network is made now, which shows whether it can be filtered at all.
      if (internet === 'filtered') {
        const engine = await this.#connection.engine();
        await this.#pods.keepReady(engine, AbortSignal.timeout(KEEP_READY_MS));
      }
      const facts = { name, version, apiVersion, rootless, storageDriver, cardsBy, remapsUsers };
      return { ok: true, ...facts, internet };
    } catch (error) {
      return { ok: false, problem: this.#connection.toError(error).toReport() };
    }
  }

  async #insistOnClosing(): Promise<void> {
    const problem = cannotClose(await this.#connection.facts());
    if (problem !== null) throw problem;
  }

  #podKind(): PodKind {
    return this.#options.internet() === 'filtered' ? 'open' : 'closed';
  }

  async #setting(): Promise<StartSetting> {
    const facts = await this.#connection.facts();
    const { hostId, computer, freeDiskBytes } = this.#options;
    return {
      host: hostId,
      limits: limitsFor(computer, facts, await freeDiskBytes(facts.rootFolder)),
      ...cardWay(facts),
      limitsDisk: facts.limitsDisk,
      seccomp: seccompFor(facts, this.#options.seccompFile),
      namesProcessLimit: facts.isPodman && !facts.rootless,
    };
  }

  async #guardImage(engine: DockerEngine, signal: AbortSignal): Promise<string> {
    const facts = await this.#connection.facts();
    const bundled = this.#options.guardImage();
    return loadBundled(engine, facts, { bundled, known: this.#guardIds, signal });
  }

  async #clientImage(image: string, signal: AbortSignal): Promise<string> {
    const facts = await this.#connection.facts();
    const engine = await this.#connection.engine();
    const options = { onProgress: () => undefined, signal };
    return (await this.#images.ensure(engine, facts, { image, login: null }, options)).imageId;
  }

  async #orThrow<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#connection.toError(error);
    }
  }
}

/** Loading the guard's image, a network and a container: seconds on a slow disk. */
const KEEP_READY_MS = 60_000;
