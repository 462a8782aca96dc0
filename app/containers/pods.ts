import { randomUUID } from 'node:crypto';
import type { DockerEngine } from '../adapters/docker/engine.ts';
import { EngineFault } from '../adapters/docker/faults.ts';
import { type GuardRequest, type Narrow, networkOptions } from './guard-options.ts';
import { type BuildGuard, startGuard } from './guards.ts';
import type { NetworkPlace } from './isolation.ts';
import {
  kindOfPod,
  label,
  networkName,
  podId,
  type PodKind,
  podLabels,
  runLabels,
} from './names.ts';
import { removePod } from './clean-up.ts';

/** What the networks of jobs are made with. */
export interface PodOptions {
  readonly host: string;
  /** The guard's image, loaded into the engine where it is missing; returns its id. */
  readonly guardImage: (engine: DockerEngine, signal: AbortSignal) => Promise<string>;
  /** Addresses of this computer that are not private, as CIDR; read anew each time. */
  readonly deny: () => readonly string[];
  /** What is peculiar about the engine. */
  readonly peculiar: () => Promise<Pick<GuardRequest, 'namesAtGateway' | 'namesProcessLimit'>>;
  readonly build: BuildGuard;
}

/** What an operation, or a tunnel, needs of the network. */
interface Wanted {
  readonly index: number | string;
  readonly aliases: readonly string[];
  readonly ports: readonly number[];
  readonly narrow?: Narrow;
}

interface Spare {
  readonly pod: string;
  readonly guardId: string;
}

/**
 * The networks of runs and their guards. One network with one guard is kept ready ahead, because
 * making them takes longer than starting a job: see `npm run bench`.
 */
export class Pods {
  readonly #options: PodOptions;
  readonly #podOfRun = new Map<string, string>();
  readonly #held = new Set<string>();
  /** Addresses of this computer that all guards know. */
  readonly #denied = new Set<string>();
  #spare: Spare | null = null;
  #isClosed = false;
  #making: Promise<void> | null = null;
  #makingPod: string | null = null;

  constructor(options: PodOptions) {
    this.#options = options;
  }

  /** Whether a sweep must leave it alone. */
  isInUse(pod: string): boolean {
    const isKept = pod === this.#spare?.pod || pod === this.#makingPod || this.#held.has(pod);
    return isKept || [...this.#podOfRun.values()].includes(pod);
  }

  /** The network for one operation of a run. Throws EngineFault or OffpeakError. */
  async place(
    engine: DockerEngine,
    kind: PodKind,
    wanted: Wanted & { readonly run: string },
    signal: AbortSignal,
  ): Promise<{ pod: string; place: NetworkPlace }> {
    const known = await this.find(engine, wanted.run);
    const spare = known === null && kind === 'open' ? await this.#takeSpare(engine) : null;
    const pod = known ?? spare?.pod ?? podId(kind, wanted.run);
    this.#podOfRun.set(wanted.run, pod);
    if (spare === null) await this.#ensureNetwork(engine, pod);
    if (kindOfPod(pod) === 'closed') {
      const network = networkName({ host: this.#options.host, pod });
      return { pod, place: { kind: 'closed', network } };
    }
    const guardId = fits(spare, wanted)
      ? spare.guardId
      : await this.#startGuard(engine, pod, wanted, signal);
    return { pod, place: { kind: 'guarded', guardId } };
  }

  /** The network that a run has; null where it has none. Throws EngineFault. */
  async find(engine: DockerEngine, run: string): Promise<string | null> {
    return this.#podOfRun.get(run) ?? (await this.#podInEngine(engine, run));
  }

  /** A network for no run, made where it is missing and kept until `drop`. Throws EngineFault. */
  async hold(engine: DockerEngine, pod: string): Promise<void> {
    this.#held.add(pod);
    await this.#ensureNetwork(engine, pod);
  }

  /** Removes such a network with all that is in it. Throws EngineFault. */
  async drop(engine: DockerEngine, pod: string): Promise<void> {
    this.#held.delete(pod);
    await removePod(engine, { host: this.#options.host, pod });
  }

  /** Starts the guard of a tunnel in a network that is there; returns its id. Throws as `place`. */
  startNarrow(
    engine: DockerEngine,
    pod: string,
    wanted: Wanted & { readonly narrow: Narrow },
    signal: AbortSignal,
  ): Promise<string> {
    return this.#startGuard(engine, pod, wanted, signal);
  }

  /** Makes the spare where none lives; one at a time, none after `close`. Throws as `place`. */
  async keepReady(engine: DockerEngine, signal: AbortSignal): Promise<void> {
    if (this.#isClosed) return;
    this.#making ??= this.#renewSpare(engine, signal).finally(() => {
      this.#making = null;
      this.#makingPod = null;
    });
    await this.#making;
  }

  /**
   * Closes addresses that this computer has come to since its guards started. Throws EngineFault;
   * what could not be closed is tried again with the next call.
   */
  async closeNewAddresses(engine: DockerEngine): Promise<void> {
    const { deny, host } = this.#options;
    const fresh = deny().filter((cidr) => !this.#denied.has(cidr));
    if (fresh.length === 0) return;
    const guards = await engine.containers({ [label.host]: host });
    for (const { id, labels, state } of guards) {
      if (labels[label.guard] === undefined || state !== 'running') continue;
      const code = await engine.exec(id, ['/guard', '--deny-more', ...fresh], DENY_MS);
      if (code !== 0) throw new EngineFault('other', `A guard did not close an address (${code})`);
    }
    for (const cidr of fresh) this.#denied.add(cidr);
  }

  /** Removes the spare; the next `keepReady` makes another. Throws EngineFault. */
  async letGo(engine: DockerEngine): Promise<void> {
    await this.#making?.catch(() => undefined);
    const spare = this.#spare;
    this.#spare = null;
    if (spare !== null) await removePod(engine, { host: this.#options.host, pod: spare.pod });
  }

  /** Removes the spare for good: a look at the engine that is still going makes no other. */
  close(engine: DockerEngine): Promise<void> {
    this.#isClosed = true;
    return this.letGo(engine);
  }

  /** All pods that a run may have used. */
  podsOf(run: string): string[] {
    const known = this.#podOfRun.get(run);
    return [podId('open', run), podId('closed', run), ...(known === undefined ? [] : [known])];
  }

  forget(run: string): void {
    this.#podOfRun.delete(run);
  }

  async #renewSpare(engine: DockerEngine, signal: AbortSignal): Promise<void> {
    const alive = await this.#takeSpare(engine);
    if (alive !== null) this.#spare = alive;
    else await this.#makeSpare(engine, signal);
  }

  async #makeSpare(engine: DockerEngine, signal: AbortSignal): Promise<void> {
    const pod = podId('open', `${SPARE}${randomUUID()}`);
    this.#makingPod = pod;
    await this.#removeFormerSpares(engine);
    try {
      await this.#ensureNetwork(engine, pod);
      const wanted = { index: 0, aliases: [SPARE_ALIAS], ports: [] };
      this.#spare = { pod, guardId: await this.#startGuard(engine, pod, wanted, signal) };
    } catch (error) {
      await removePod(engine, { host: this.#options.host, pod }).catch(() => undefined);
      throw error;
    }
  }

  /**
   * Each crash leaves a spare, and an engine has few networks to give. One of a former life is not
   * taken over: an older Offpeak may have made it, with other rules.
   */
  async #removeFormerSpares(engine: DockerEngine): Promise<void> {
    const { host } = this.#options;
    const labels = { [label.host]: host };
    const containers = await engine.containers(labels);
    const all = [...(await engine.networks(labels)), ...containers];
    const pods = new Set(all.flatMap((one) => one.labels[label.pod] ?? []));
    // A run that goes on may have got its network as a spare.
    const ofRuns = containers.filter((one) => one.labels[label.run] !== undefined);
    const used = ofRuns.map((one) => one.labels[label.pod]);
    for (const pod of pods) {
      const isSpare = pod.startsWith(podId('open', SPARE)) && !used.includes(pod);
      if (!isSpare || this.isInUse(pod)) continue;
      // What cannot be removed now is left to the next sweep.
      await removePod(engine, { host, pod }).catch(() => undefined);
    }
  }

  /** A spare whose guard has died with its engine is of no use. */
  async #takeSpare(engine: DockerEngine): Promise<Spare | null> {
    const spare = this.#spare;
    this.#spare = null;
    if (spare === null) return null;
    if ((await engine.container(spare.guardId))?.running === true) return spare;
    await removePod(engine, { host: this.#options.host, pod: spare.pod });
    return null;
  }

  async #startGuard(
    engine: DockerEngine,
    pod: string,
    wanted: Wanted,
    signal: AbortSignal,
  ): Promise<string> {
    const { host, guardImage, deny, peculiar, build } = this.#options;
    const image = await guardImage(engine, signal);
    const { index, aliases, ports, narrow } = wanted;
    const request = { pod: { host, pod }, index, image, aliases, ports, narrow, deny: deny() };
    const whole = { ...request, ...(await peculiar()) };
    return startGuard(engine, whole, build, signal);
  }

  async #ensureNetwork(engine: DockerEngine, pod: string): Promise<void> {
    const { host } = this.#options;
    if ((await engine.networks(podLabels({ host, pod }))).length > 0) return;
    await engine.createNetwork(networkOptions({ host, pod }, kindOfPod(pod)));
  }

  /** After a restart of the host, the containers of the run tell. */
  async #podInEngine(engine: DockerEngine, run: string): Promise<string | null> {
    const containers = await engine.containers(runLabels({ host: this.#options.host, run }));
    return containers.map((one) => one.labels[label.pod]).find((pod) => pod !== undefined) ?? null;
  }
}

/** It adds a rule and reads it back: milliseconds, on a busy computer more. */
const DENY_MS = 10_000;

/** So begin the ids of spares; addresses of runs have no such letters. */
const SPARE = 'spare-';

/** The name that the first operation of every job has in its network (jobs/operation-spec.ts). */
const SPARE_ALIAS = 'operation-0';

/** A guard gets its names and ports when it is made, so a spare one fits plain operations only. */
function fits(spare: Spare | null, { index, aliases, ports }: Wanted): spare is Spare {
  return spare !== null && index === 0 && ports.length === 0 && aliases.join() === SPARE_ALIAS;
}
