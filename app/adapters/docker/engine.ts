import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import {
  Container,
  Containers,
  Created,
  Info,
  Networks,
  PodmanInfo,
  Version,
  Volume,
  Volumes,
} from './answers.ts';
import type { CreateOptions, NetworkOptions } from './create-options.ts';
import { type EngineFacts, factsOf, withPodmanFacts } from './facts.ts';
import { EngineFault, toFault } from './faults.ts';
import { FrameReader, type LogMessage } from './frames.ts';
import { bytesWritten } from './disk-use.ts';
import { execIn } from './exec.ts';
import {
  inspectImage,
  loadImage,
  pullImage,
  type PullRequest,
  type PullStep,
  removeImage,
} from './images.ts';
import type { ReachablePlace } from './place.ts';
import { readUsage, type Usage } from './stats.ts';
import { bytesOf, Wire } from './wire.ts';

/** A container, network or volume as a list shows it. `state` is null for the latter two. */
export interface Labelled {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: string | null;
}

/** A container's state; times in UTC ms, 0 where it has not started or ended. */
export interface ContainerState {
  readonly status: string;
  readonly running: boolean;
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly stopSignal: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The container whose network it uses; null where it has one of its own. */
  readonly guardId: string | null;
}

const PING_MS = 3_000;
const QUICK_MS = 10_000;
/** Creating, starting and removing touch the disk, which may be slow. */
const SLOW_MS = 60_000;

/** The exit code that Docker notes of a container whose end it did not see. */
const UNSEEN = 255;

/** One container engine (Docker Engine API 1.41 or newer). Every method throws EngineFault. */
export class DockerEngine {
  readonly place: ReachablePlace;
  readonly #wire: Wire;

  constructor(place: ReachablePlace) {
    this.place = place;
    this.#wire = new Wire(place);
  }

  async ping(): Promise<void> {
    await this.#wire.askText({ method: 'GET', path: '/_ping' }, PING_MS);
  }

  async facts(): Promise<EngineFacts> {
    const version = await this.#wire.ask({ method: 'GET', path: '/version' }, QUICK_MS, Version);
    const info = await this.#wire.ask({ method: 'GET', path: '/info' }, QUICK_MS, Info);
    const facts = factsOf(version, info);
    if (!facts.isPodman) return facts;
    const call = { method: 'GET', path: '/v4.0.0/libpod/info' } as const;
    return withPodmanFacts(facts, await this.#wire.ask(call, QUICK_MS, PodmanInfo));
  }

  image(reference: string): Promise<{ id: string; digests: readonly string[] } | null> {
    return inspectImage(this.#wire, reference);
  }

  pull(request: PullRequest, onStep: (step: PullStep) => void, signal: AbortSignal): Promise<void> {
    return pullImage(this.#wire, request, onStep, signal);
  }

  load(archivePath: string, signal: AbortSignal): Promise<void> {
    return loadImage(this.#wire, archivePath, signal);
  }

  removeImage(reference: string): Promise<void> {
    return removeImage(this.#wire, reference);
  }

  /** Unpacks a tar into a folder of a container, which need not run. */
  async unpack(id: string, folder: string, tar: Readable, signal: AbortSignal): Promise<void> {
    const path = `/containers/${id}/archive`;
    const call = { method: 'PUT', path, query: { path: folder }, file: tar } as const;
    const answer = await this.#wire.open(call, signal);
    await finished(answer.resume()).catch((error: unknown) => {
      throw toFault(error);
    });
  }

  /** Bytes that a container has written to its own disk and its writable volumes. */
  bytesWritten(id: string): Promise<number | null> {
    return bytesWritten(this.#wire, id);
  }

  /** What a running container uses now; null when it is gone. */
  usage(id: string): Promise<Usage | null> {
    return readUsage(this.#wire, id);
  }

  /** Creates, does not start; returns the id. */
  async createContainer(name: string, options: CreateOptions): Promise<string> {
    const call = {
      method: 'POST',
      path: '/containers/create',
      query: { name },
      body: options,
    } as const;
    return (await this.#wire.ask(call, SLOW_MS, Created)).Id;
  }

  /** Nothing happens when it runs already. */
  async startContainer(id: string): Promise<void> {
    await this.#post(`/containers/${id}/start`, SLOW_MS);
  }

  async container(id: string): Promise<ContainerState | null> {
    const call = { method: 'GET', path: `/containers/${id}/json` } as const;
    const answer = await nullWhenMissing(this.#wire.ask(call, QUICK_MS, Container));
    if (answer === null) return null;
    const { State, Config, HostConfig } = answer;
    const [, guardId = null] = /^container:(.+)$/.exec(HostConfig?.NetworkMode ?? '') ?? [];
    const startedAt = toMilliseconds(State.StartedAt);
    // What ran when the computer went down, Podman calls created again, as if it never had.
    const isCutOff = State.Status === 'created' && startedAt > 0;
    return {
      status: isCutOff ? 'exited' : State.Status,
      // Of a container that somebody asks to stop, Podman says neither that it runs nor how it ended.
      running: State.Running || State.Status === 'stopping',
      exitCode: isCutOff ? UNSEEN : State.ExitCode,
      outOfMemory: State.OOMKilled,
      startedAt,
      endedAt: toMilliseconds(State.FinishedAt),
      stopSignal: Config.StopSignal ?? 'SIGTERM',
      labels: Config.Labels,
      guardId,
    };
  }

  /** The address on this computer under which a TCP port is published; null where none is. */
  async endpoint(id: string, port: number): Promise<{ host: string; port: number } | null> {
    const call = { method: 'GET', path: `/containers/${id}/json` } as const;
    const answer = await nullWhenMissing(this.#wire.ask(call, QUICK_MS, Container));
    const [binding] = answer?.NetworkSettings?.Ports?.[`${port}/tcp`] ?? [];
    if (binding === undefined) return null;
    return { host: binding.HostIp, port: Number(binding.HostPort) };
  }

  /** Runs a short program in a running container; returns its exit code. */
  exec(id: string, command: readonly string[], deadlineMs: number): Promise<number> {
    return execIn(this.#wire, id, command, deadlineMs);
  }

  /** IPv4 address of a running container in its own network; null where it has none. */
  async address(id: string): Promise<string | null> {
    const call = { method: 'GET', path: `/containers/${id}/json` } as const;
    const answer = await nullWhenMissing(this.#wire.ask(call, QUICK_MS, Container));
    const networks = Object.values(answer?.NetworkSettings?.Networks ?? {});
    return networks.map(({ IPAddress }) => IPAddress).find((one) => one !== '') ?? null;
  }

  /** Containers that carry all these labels, in whatever state. */
  async containers(
    labels: Readonly<Record<string, string>>,
  ): Promise<(Labelled & { name: string })[]> {
    const query = { all: 1, filters: labelFilter(labels) };
    const call = { method: 'GET', path: '/containers/json', query } as const;
    const answer = await this.#wire.ask(call, QUICK_MS, Containers);
    const found = answer.map(({ Id, Labels, Names, State }) => {
      return { id: Id, name: (Names[0] ?? '').replace(/^\//, ''), labels: Labels, state: State };
    });
    return found.filter((one) => carries(one.labels, labels));
  }

  /** Resolves when it no longer runs; at once when it did not run. The signal ends the wait. */
  async waitForEnd(id: string, signal: AbortSignal): Promise<void> {
    const stream = await this.#wire.open(
      { method: 'POST', path: `/containers/${id}/wait` },
      signal,
    );
    // The status arrives at once and the answer at the end: reading it is the wait.
    await finished(stream.resume()).catch((error: unknown) => {
      throw toFault(error);
    });
  }

  /** Nothing happens when it does not run. */
  async signalContainer(id: string, signalName: string): Promise<void> {
    const call = {
      method: 'POST',
      path: `/containers/${id}/kill`,
      query: { signal: signalName },
    } as const;
    try {
      await this.#wire.askText(call, QUICK_MS);
    } catch (error) {
      const fault = toFault(error);
      if (fault.kind !== 'conflict' && fault.kind !== 'not-found') throw fault;
    }
  }

  /** Kills it where it runs; its anonymous volumes go with it. Nothing happens when it is gone. */
  async removeContainer(id: string): Promise<void> {
    // Podman would first ask it to stop, and wait ten seconds for that.
    await this.signalContainer(id, 'SIGKILL');
    const query = { force: 1, v: 1 };
    try {
      await this.#wire.askText({ method: 'DELETE', path: `/containers/${id}`, query }, SLOW_MS);
    } catch (error) {
      const fault = toFault(error);
      // 409: somebody's removal of it is under way already.
      if (fault.kind !== 'not-found' && fault.kind !== 'conflict') throw fault;
    }
  }

  /** Hands out log messages in the engine's order; ends with the container. */
  async followLogs(
    id: string,
    sinceSeconds: number,
    onMessage: (message: LogMessage) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const query = { follow: 1, stdout: 1, stderr: 1, timestamps: 1, since: sinceSeconds };
    const call = { method: 'GET', path: `/containers/${id}/logs`, query } as const;
    const frames = new FrameReader();
    for await (const chunk of bytesOf(await this.#wire.open(call, signal))) {
      for (const message of frames.push(chunk)) {
        // What waits in the socket is not handed out any more after an abort.
        if (signal.aborted) throw new EngineFault('aborted', 'Aborted');
        onMessage(message);
      }
    }
  }

  async createNetwork(options: NetworkOptions): Promise<void> {
    const call = { method: 'POST', path: '/networks/create', body: options } as const;
    await this.#wire.ask(call, SLOW_MS, Created);
  }

  async networks(
    labels: Readonly<Record<string, string>>,
  ): Promise<(Labelled & { name: string })[]> {
    const query = { filters: labelFilter(labels) };
    const answer = await this.#wire.ask(
      { method: 'GET', path: '/networks', query },
      QUICK_MS,
      Networks,
    );
    return answer
      .filter((one) => carries(one.Labels, labels))
      .map((one) => ({ id: one.Id, name: one.Name, labels: one.Labels, state: null }));
  }

  /** Nothing happens when it is gone. */
  async removeNetwork(id: string): Promise<void> {
    const call = { method: 'DELETE', path: `/networks/${id}` } as const;
    await nullWhenMissing(this.#wire.askText(call, SLOW_MS));
  }

  /** Returns the labels it has: those of an older volume where the name was taken already. */
  async createVolume(
    name: string,
    labels: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, string>>> {
    const body = { Name: name, Driver: 'local', Labels: labels };
    const call = { method: 'POST', path: '/volumes/create', body } as const;
    return (await this.#wire.ask(call, SLOW_MS, Volume)).Labels;
  }

  async volumes(labels: Readonly<Record<string, string>>): Promise<Labelled[]> {
    const query = { filters: labelFilter(labels) };
    const answer = await this.#wire.ask(
      { method: 'GET', path: '/volumes', query },
      QUICK_MS,
      Volumes,
    );
    return answer.Volumes.filter((one) => carries(one.Labels, labels)).map((one) => ({
      id: one.Name,
      labels: one.Labels,
      state: null,
    }));
  }

  /** Nothing happens when it is gone. */
  async removeVolume(name: string): Promise<void> {
    const call = { method: 'DELETE', path: `/volumes/${encodeURIComponent(name)}` } as const;
    await nullWhenMissing(this.#wire.askText(call, SLOW_MS));
  }

  async #post(path: string, deadlineMs: number): Promise<void> {
    await this.#wire.askText({ method: 'POST', path }, deadlineMs);
  }
}

// The engine filters by itself; asking each one again makes sure that a foreign thing never passes.
function carries(
  labels: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

function labelFilter(labels: Readonly<Record<string, string>>): object {
  return { label: Object.entries(labels).map(([key, value]) => `${key}=${value}`) };
}

async function nullWhenMissing<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    const fault = toFault(error);
    if (fault.kind === 'not-found') return null;
    throw fault;
  }
}

/** The engine writes the year 1 for "never". */
function toMilliseconds(text: string): number {
  return Math.max(0, Date.parse(text) || 0);
}
