import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ProofReport, ProofResult } from '../../contract/proof.ts';
import type { ContainerSpec } from '../../jobs/ports.ts';
import { KEPT_CAPABILITIES } from '../isolation.ts';
import { type ContainersOptions, ContainersRoom } from '../room.ts';
import { attemptsAt, SHARED_FOLDER, type Attempt } from './attempts.ts';
import { capabilityMask } from './capability-mask.ts';
import { LISTENER_PORT, openTargets } from './targets.ts';
import { verdictOn, type ProbeRun } from './verdict.ts';

export interface ProofOptions extends ContainersOptions {
  /** A folder of the owner's, where the proof leaves a file for its time. */
  readonly home: string;
  /** `host:port` of the router at home, as far as known. */
  readonly router: readonly string[];
  /** Ids of the attempts to make; all of them where it is not given. */
  readonly only?: readonly string[];
  readonly onResult?: (result: ProofResult) => void;
  readonly signal: AbortSignal;
}

const MIB = 1024 ** 2;
/** The same rules with small numbers, so that the proof does not take the owner's memory and disk. */
const SMALL = { memoryBytes: 512 * MIB, cores: 2, freeDiskBytes: 512 * MIB, diskMs: 500 };
const ATTEMPT_MS = 60_000;

/**
 * Tries to break out of a container that is started exactly as a job's is, in every way that
 * attempts.ts lists, and reports what stopped each attempt. Throws `containers.*` where no engine
 * may be used.
 */
export async function proveIsolation(options: ProofOptions): Promise<ProofReport> {
  const at = Date.now();
  const room = new ContainersRoom({
    ...options,
    hostId: `proof-${randomUUID()}`,
    computer: SMALL,
    freeDiskBytes: () => Promise.resolve(SMALL.freeDiskBytes),
    timing: { ...options.timing, diskMs: SMALL.diskMs },
  });
  const ground = new ProofGround(room, options);
  try {
    const results = await ground.tryAll();
    const isolated = results.every(({ outcome }) => outcome === 'stopped');
    return { at, isolated, engine: await ground.engineName(), results };
  } finally {
    await room.sweep([]);
    await room.close().catch(() => undefined);
  }
}

class ProofGround {
  readonly #room: ContainersRoom;
  readonly #options: ProofOptions;
  readonly #image: string;
  #neighbourRun: string | null = null;

  constructor(room: ContainersRoom, options: ProofOptions) {
    this.#room = room;
    this.#options = options;
    this.#image = options.guardImage().reference;
  }

  async engineName(): Promise<string> {
    const status = await this.#room.checkEngine();
    return status.ok ? `${status.name} ${status.version}` : status.problem.message;
  }

  async tryAll(): Promise<ProofResult[]> {
    const { home, only, onResult, router, signal } = this.#options;
    await this.#room.loadGuardImage(signal);
    const targets = await openTargets({
      home,
      router,
      startNeighbour: (word) => this.#neighbour(word),
    });
    const volume = await this.#sharedVolume();
    const results: ProofResult[] = [];
    try {
      for (const attempt of attemptsAt(targets.targets, capabilityMask(KEPT_CAPABILITIES))) {
        if (only?.includes(attempt.id) === false) continue;
        signal.throwIfAborted();
        const result = verdictOn(attempt, await this.#run(attempt, volume));
        results.push(result);
        onResult?.(result);
      }
      return results;
    } finally {
      await targets.close();
      if (this.#neighbourRun !== null) await this.#room.cleanUp(this.#neighbourRun);
      await this.#room.volumes.remove(volume).catch(() => undefined);
    }
  }

  /** A volume of the cache with a file in it, as a job gets a model. */
  async #sharedVolume(): Promise<string> {
    const volume = await this.#room.volumes.create('proof');
    const body = Buffer.from('a model');
    const file = { path: 'model', size: body.length, body: Readable.from([body]) };
    await this.#room.volumes.write(volume, file, this.#options.signal);
    return volume;
  }

  async #run(attempt: Attempt, volume: string): Promise<ProbeRun> {
    const resources =
      attempt.withSharedVolume === true ? [{ volume, dest: SHARED_FOLDER, writable: false }] : [];
    const spec = { ...this.#spec(attempt.id, attempt.probe), resources };
    const signal = AbortSignal.any([this.#options.signal, AbortSignal.timeout(ATTEMPT_MS)]);
    try {
      return await this.#watch(spec, signal);
    } catch (error) {
      this.#options.signal.throwIfAborted();
      return { state: 'not-started', why: `It did not end: ${String(error)}` };
    } finally {
      await this.#room.cleanUp(spec.run);
    }
  }

  async #watch(spec: ContainerSpec, signal: AbortSignal): Promise<ProbeRun> {
    const started = await this.#room.start(spec, signal);
    if (!started.ok) return { state: 'not-started', why: started.problem.message };
    const lines: string[] = [];
    const onLine = ({ text }: { text: string }): void => void lines.push(text);
    const follow = { since: null, skip: 0, onLine };
    const following = this.#room.followLogs(started.container, follow, signal);
    const end = await this.#room.waitForExit(started.container, signal);
    await following;
    return { state: 'ran', lines, end };
  }

  /** Another job: a container that answers whoever comes. Returns its address. */
  async #neighbour(word: string): Promise<string> {
    const spec = this.#spec('neighbour', ['listen', String(LISTENER_PORT), word]);
    this.#neighbourRun = spec.run;
    const started = await this.#room.start(spec, this.#options.signal);
    if (!started.ok) throw new Error(started.problem.message);
    const address = await this.#room.addressOf(started.container);
    if (address === null) throw new Error('The other job has no address.');
    return address;
  }

  #spec(id: string, args: readonly string[]): ContainerSpec {
    return {
      run: `proof-${id}-${randomUUID()}`,
      job: 'proof',
      operation: id,
      index: 0,
      image: this.#image,
      command: args,
      entrypoint: ['/probe'],
      env: {},
      workDir: null,
      volumes: [],
      aliases: ['operation-0'],
      cards: [],
      ports: [],
      resources: [],
      readOnlyRoot: false,
    };
  }
}
