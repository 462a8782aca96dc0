import type {
  ContainerEnd,
  ContainerHandle,
  ContainerSpec,
  ContainerStats,
  EngineLogLine,
  Endpoint,
  ImageRequest,
  JobEngine,
  PullResult,
  StartResult,
} from '../../../app/jobs/ports.ts';
import type { Problem } from '../../../app/contract/gpu.ts';
import type { PullProgress } from '../../../app/contract/job.ts';
import { OffpeakError } from '../../../app/contract/errors.ts';
import { FakeContainer, type Script } from './fake-container.ts';

/** How a pull goes: at once and well unless told otherwise. */
export interface PullScript {
  readonly problem?: Problem;
  /** Milliseconds between the progress reports. */
  readonly stepMs?: number;
  /** Reports before it is done; 0 for an image that is already there. */
  readonly steps?: number;
  /** Never ends by itself: only the signal ends it. */
  readonly hangs?: boolean;
}

/**
 * An engine in memory: no image, no process, no isolation. It keeps its containers as long as the
 * object lives, so a second host built on the same object is a host after a restart.
 * Time is `setTimeout` and `Date.now`, so Vitest's fake timers rule it.
 */
export class FakeEngine implements JobEngine {
  /** What to do when an operation starts, by operation id; others print nothing and exit with 0. */
  readonly scripts = new Map<string, Script>();
  readonly pulls = new Map<string, PullScript>();
  readonly startProblems = new Map<string, Problem>();
  /** Where ports are reached, by `operation:port`; others are not. */
  readonly endpoints = new Map<string, Endpoint>();
  /** What every running container uses. */
  usage = {
    cpuPercent: 150,
    memoryBytes: 512 * 1024 ** 2,
    memoryLimitBytes: 2 * 1024 ** 3,
    diskReadBytes: 1024 ** 2,
    diskWrittenBytes: 3 * 1024 ** 2,
    networkReceivedBytes: 5 * 1024 ** 2,
    networkSentBytes: 1024 ** 2 / 2,
  };
  /** Every call in order, e.g. `start train`, `stop train 5000`, `cleanUp <run>`. */
  readonly calls: string[] = [];
  /** What `start` was given, in order; a repeated start of the same operation is listed again. */
  readonly specs: ContainerSpec[] = [];
  readonly #containers = new Map<string, FakeContainer>();
  #lost: Problem | null = null;
  #created = 0;

  isolation(gpu: boolean): readonly string[] {
    return ['This engine is a fake: nothing runs.', ...(gpu ? ['The card is a fake too.'] : [])];
  }

  async ensureImage(
    { image }: ImageRequest,
    onProgress: (progress: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<PullResult> {
    this.calls.push(`ensureImage ${image}`);
    if (this.#lost !== null) return { ok: false, problem: this.#lost };
    const { problem, stepMs = 0, steps = 0, hangs = false } = this.pulls.get(image) ?? {};
    for (let step = 1; step <= steps; step += 1) {
      onProgress({
        image,
        receivedBytes: step * 1000,
        totalBytes: steps * 1000,
        layersDone: step === steps ? 1 : 0,
        layers: 1,
      });
      if (await pause(stepMs, signal)) return { ok: false, problem: report('containers.stopped') };
      if (this.isLost()) return { ok: false, problem: report('containers.engine-lost') };
    }
    if (hangs) await new Promise((resolve) => onAbort(signal, () => resolve(null)));
    if (signal.aborted) return { ok: false, problem: report('containers.stopped') };
    if (problem !== undefined) return { ok: false, problem };
    return { ok: true, imageId: `sha256:fake-${image}`, digest: null };
  }

  start(spec: ContainerSpec, signal: AbortSignal): Promise<StartResult> {
    this.calls.push(`start ${spec.operation}`);
    this.specs.push(spec);
    if (this.#lost !== null) return Promise.resolve({ ok: false, problem: this.#lost });
    if (signal.aborted)
      return Promise.resolve({ ok: false, problem: report('containers.stopped') });
    const existing = this.#byOperation(spec.run, spec.operation);
    if (existing !== null) return Promise.resolve({ ok: true, container: existing.handle });
    const problem = this.startProblems.get(spec.operation);
    if (problem !== undefined) return Promise.resolve({ ok: false, problem });
    this.#created += 1;
    const handle = { id: `fake-${this.#created}`, operation: spec.operation };
    const script = this.scripts.get(spec.operation) ?? {};
    this.#containers.set(handle.id, new FakeContainer(spec.run, handle, script));
    return Promise.resolve({ ok: true, container: handle });
  }

  restart(container: ContainerHandle, signal: AbortSignal): Promise<StartResult> {
    this.calls.push(`restart ${container.operation}`);
    if (this.#lost !== null) return Promise.resolve({ ok: false, problem: this.#lost });
    if (signal.aborted)
      return Promise.resolve({ ok: false, problem: report('containers.stopped') });
    this.#containers.get(container.id)?.again();
    return Promise.resolve({ ok: true, container });
  }

  endpoint(container: ContainerHandle, port: number): Promise<Endpoint | null> {
    return this.#whileAnswering(() => {
      const target = this.#containers.get(container.id);
      if (target === undefined || target.end !== null) return null;
      return this.endpoints.get(`${container.operation}:${port}`) ?? null;
    });
  }

  find(run: string, operation: string): Promise<ContainerHandle | null> {
    this.calls.push(`find ${operation}`);
    return this.#whileAnswering(() => this.#byOperation(run, operation)?.handle ?? null);
  }

  /** Outlives a lost engine: it goes on when the engine is back, as the real one does. */
  async followLogs(
    container: ContainerHandle,
    options: { since: string | null; skip: number; onLine: (line: EngineLogLine) => void },
    signal: AbortSignal,
  ): Promise<void> {
    this.calls.push(`followLogs ${container.operation} ${options.since ?? 'from the beginning'}`);
    let toSkip = options.skip;
    let next = 0;
    for (;;) {
      const target = this.#containers.get(container.id);
      if (signal.aborted || target === undefined) return;
      const line = this.isLost() ? undefined : target.lines[next];
      if (line === undefined) {
        if (!this.isLost() && target.end !== null) return;
        await target.changed(signal);
        continue;
      }
      next += 1;
      if (options.since !== null && line.timestamp < options.since) continue;
      if (line.timestamp === options.since && toSkip > 0) {
        toSkip -= 1;
        continue;
      }
      options.onLine(line);
    }
  }

  async waitForExit(container: ContainerHandle, signal: AbortSignal): Promise<ContainerEnd> {
    this.calls.push(`waitForExit ${container.operation}`);
    for (;;) {
      signal.throwIfAborted();
      if (this.#lost !== null) {
        // The real one asks the lost engine for some seconds before it says so again.
        await pause(20, signal);
        if (this.isLost())
          return { state: 'engine-lost', problem: report('containers.engine-lost') };
      }
      const target = this.#containers.get(container.id);
      if (target === undefined) return { state: 'vanished' };
      if (target.end !== null) return { state: 'exited', ...target.end };
      await target.changed(signal);
      if (this.isLost()) return { state: 'engine-lost', problem: report('containers.engine-lost') };
    }
  }

  stats(container: ContainerHandle): Promise<ContainerStats | null> {
    this.calls.push(`stats ${container.operation}`);
    return this.#whileAnswering(() => {
      const target = this.#containers.get(container.id);
      if (target === undefined || target.end !== null) return null;
      return { ...this.usage, at: Date.now() };
    });
  }

  async stop(container: ContainerHandle, graceMs: number): Promise<void> {
    this.calls.push(`stop ${container.operation} ${graceMs}`);
    await this.#whileAnswering(() => this.#containers.get(container.id)?.askToStop(graceMs));
    const never = new AbortController().signal;
    for (;;) {
      const target = this.#containers.get(container.id);
      if (target === undefined || target.end !== null) return;
      await target.changed(never);
      if (this.#lost !== null) throw new OffpeakError('containers.engine-lost');
    }
  }

  cleanUp(run: string, privateImages: readonly string[] = []): Promise<void> {
    this.calls.push(['cleanUp', run, ...privateImages].join(' '));
    return this.#whileAnswering(() => {
      for (const [id, container] of this.#containers) {
        if (container.run === run) this.#remove(id, container);
      }
    });
  }

  /** The engine stops answering; with `killsContainers` they are gone dead when it is back. */
  loseEngine(options: { problem?: Problem; killsContainers?: boolean } = {}): void {
    this.#lost = options.problem ?? report('containers.engine-lost');
    for (const container of this.#containers.values()) {
      if (options.killsContainers === true) container.kill(137);
      container.notify();
    }
  }

  bringEngineBack(): void {
    this.#lost = null;
    for (const container of this.#containers.values()) container.notify();
  }

  /** Somebody else removes the container of an operation. */
  vanish(operation: string): void {
    for (const [id, container] of this.#containers) {
      if (container.handle.operation === operation) this.#remove(id, container);
    }
  }

  /** Ends an operation from outside, e.g. one that was scripted to run until stopped. */
  exit(operation: string, exitCode: number, outOfMemory = false): void {
    for (const container of this.#containers.values()) {
      if (container.handle.operation === operation) container.finish(exitCode, outOfMemory);
    }
  }

  /** Lets a running operation print a line now. */
  print(operation: string, text: string, stream: 'stdout' | 'stderr' = 'stdout'): void {
    for (const container of this.#containers.values()) {
      if (container.handle.operation === operation) container.print({ text, stream });
    }
  }

  /** Operations whose process runs now. */
  running(): string[] {
    return this.#operations((container) => container.end === null);
  }

  /** Operations whose container exists, running or ended. */
  existing(): string[] {
    return this.#operations(() => true);
  }

  isLost(): boolean {
    return this.#lost !== null;
  }

  #operations(accept: (container: FakeContainer) => boolean): string[] {
    return [...this.#containers.values()].filter(accept).map((one) => one.handle.operation);
  }

  #byOperation(run: string, operation: string): FakeContainer | null {
    for (const container of this.#containers.values()) {
      if (container.run === run && container.handle.operation === operation) return container;
    }
    return null;
  }

  #remove(id: string, container: FakeContainer): void {
    this.#containers.delete(id);
    container.kill(137);
    container.notify();
  }

  #whileAnswering<T>(answer: () => T): Promise<T> {
    if (this.#lost === null) return Promise.resolve(answer());
    return Promise.reject(new OffpeakError('containers.engine-lost'));
  }
}

function report(code: 'containers.engine-lost' | 'containers.stopped'): Problem {
  return new OffpeakError(code).toReport();
}

/** Waits; true when the signal ended the wait. */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(true);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    onAbort(signal, () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

function onAbort(signal: AbortSignal, then: () => void): void {
  if (signal.aborted) then();
  else signal.addEventListener('abort', then, { once: true });
}
