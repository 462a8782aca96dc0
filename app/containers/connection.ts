import { DockerEngine } from '../adapters/docker/engine.ts';
import type { EngineFacts } from '../adapters/docker/facts.ts';
import { EngineFault, type FaultKind, toFault } from '../adapters/docker/faults.ts';
import type { EnginePlace } from '../adapters/docker/place.ts';
import { OffpeakError } from '../contract/errors.ts';
import { errorOf } from './problems.ts';
import type { Os } from './remedies.ts';
import { unsuitable } from './suitability.ts';

/** What the connection needs to know of this computer. */
export interface Surroundings {
  /** Best first; asked each time a place is looked for. */
  readonly places: () => readonly EnginePlace[];
  readonly os: Os;
  /** Is a program of an engine installed? Tells "not running" from "not installed". */
  readonly isInstalled: () => Promise<boolean>;
}

interface Known {
  readonly engine: DockerEngine;
  readonly facts: EngineFacts;
}

/**
 * The engine of this host: the first place that answers and may run jobs. It is kept as long as the
 * object lives, because containers of a run live in one engine and another would not know them.
 */
export class Connection {
  readonly #surroundings: Surroundings;
  #known: Known | null = null;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** The engine, which may have gone away since. Throws OffpeakError where none may be used. */
  async engine(): Promise<DockerEngine> {
    return (await this.#connected()).engine;
  }

  /** What the engine said of itself when it was last asked. Throws as `engine` does. */
  async facts(): Promise<EngineFacts> {
    return (await this.#connected()).facts;
  }

  /** Asks the engine anew, so that a changed setting shows. Throws EngineFault too. */
  async freshFacts(): Promise<EngineFacts> {
    const { engine } = await this.#connected();
    const facts = await engine.facts();
    const problem = unsuitable(facts);
    this.#known = problem === null ? { engine, facts } : null;
    if (problem !== null) throw problem;
    return facts;
  }

  /** Forgets the engine, so that the next question looks for one anew. */
  forget(): void {
    this.#known = null;
  }

  /** Any thrown thing as an error for a person; bugs of ours are thrown on. */
  toError(error: unknown): OffpeakError {
    if (error instanceof OffpeakError) return error;
    if (!(error instanceof EngineFault)) throw error;
    const { os } = this.#surroundings;
    const origin = this.#known === null ? undefined : nameOf(this.#known.facts);
    // Once it answered, an engine that is away counts as lost: it was there a moment ago.
    const isGone = origin !== undefined && (error.kind === 'missing' || error.kind === 'stopped');
    const fault = isGone ? new EngineFault('lost', error.message, error) : error;
    return errorOf(fault, { os, ...(origin === undefined ? {} : { origin }) });
  }

  async #connected(): Promise<Known> {
    this.#known ??= await this.#firstThatFits();
    return this.#known;
  }

  async #firstThatFits(): Promise<Known> {
    const failures: Failure[] = [];
    for (const place of this.#surroundings.places()) {
      if (place.kind === 'unsupported') {
        failures.push({ error: elsewhere(place.address), rank: RANKS.indexOf('elsewhere') });
        continue;
      }
      const engine = new DockerEngine(place);
      try {
        await engine.ping();
        const facts = await engine.facts();
        const error = unsuitable(facts);
        if (error === null) return { engine, facts };
        failures.push({ error, rank: RANKS.indexOf('unsuitable') });
      } catch (error) {
        failures.push(await this.#failure(toFault(error), place.origin));
      }
    }
    failures.sort((one, other) => one.rank - other.rank);
    throw failures[0]?.error ?? new OffpeakError('containers.engine-missing');
  }

  async #failure(fault: EngineFault, origin: string): Promise<Failure> {
    const { os, isInstalled } = this.#surroundings;
    // A stopped Docker of systemd takes its socket away, so the program has to tell.
    const isStopped = fault.kind === 'missing' && (await isInstalled());
    const shown = isStopped ? new EngineFault('stopped', fault.message, fault) : fault;
    const rank = RANKS.indexOf(fault.kind);
    return { error: errorOf(shown, { os, origin }), rank: rank < 0 ? RANKS.length : rank };
  }
}

/** What it calls itself tells more than where it was found. */
function nameOf({ name, rootless }: EngineFacts): string {
  return rootless ? `rootless ${name}` : name;
}

interface Failure {
  readonly error: OffpeakError;
  readonly rank: number;
}

/** Which failure tells the most where no place answers. */
const RANKS: readonly (FaultKind | 'unsuitable' | 'elsewhere')[] = [
  'forbidden',
  'timed-out',
  'lost',
  'stopped',
  'other',
  'unsuitable',
  'elsewhere',
  'missing',
];

function elsewhere(address: string): OffpeakError {
  return new OffpeakError('containers.engine-unsuitable', {
    message: `DOCKER_HOST points to an engine that is not on this computer (${address}).`,
    remedy: 'Remove DOCKER_HOST from the environment of Offpeak, or set it to a local socket.',
  });
}
