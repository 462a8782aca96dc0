import type { ContainerHandle, EngineLogLine } from '../../../app/jobs/ports.ts';

/** A line of a script; `afterMs` counts from the line before it. */
export interface ScriptedLine {
  readonly text: string;
  readonly stream?: 'stdout' | 'stderr';
  readonly afterMs?: number;
  /** Carries exactly the timestamp of the line before it, as a burst on a coarse clock does. */
  readonly sameInstant?: boolean;
}

/** What a fake container does once started. */
export interface Script {
  readonly lines?: readonly ScriptedLine[];
  /** Milliseconds from the last line to the exit; `until-stopped` never exits by itself. */
  readonly runMs?: number | 'until-stopped';
  readonly exitCode?: number;
  readonly outOfMemory?: boolean;
  readonly diskExceeded?: boolean;
  /** What it does after each restart; without more of them, the same again. */
  readonly restarts?: readonly Script[];
  /** Ignores the wish to stop: only the kill after the grace ends it. */
  readonly deaf?: boolean;
}

interface End {
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  readonly diskExceeded: boolean;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** One container of the fake engine: runs its script, keeps its lines, tells who waits. */
export class FakeContainer {
  readonly run: string;
  readonly handle: ContainerHandle;
  readonly lines: EngineLogLine[] = [];
  end: End | null = null;
  #script: Script;
  #restarts = 0;
  #startedAt = Date.now();
  readonly #waiting = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #printed = 0;

  constructor(run: string, handle: ContainerHandle, script: Script) {
    this.run = run;
    this.handle = handle;
    this.#script = script;
    this.#play(0);
  }

  /** Resolves at the next line, end or change of the engine, or when the signal aborts. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted) done();
    });
  }

  notify(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  print(line: ScriptedLine): void {
    if (this.end !== null) return;
    const before = this.lines.at(-1)?.timestamp;
    if (line.sameInstant !== true) this.#printed += 1;
    const timestamp = line.sameInstant === true && before !== undefined ? before : this.#stamp();
    this.lines.push({ timestamp, stream: line.stream ?? 'stdout', text: line.text });
    this.notify();
  }

  finish(exitCode: number, outOfMemory: boolean): void {
    if (this.end !== null) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const { diskExceeded = false } = this.#script;
    const endedAt = Date.now();
    this.end = { exitCode, outOfMemory, diskExceeded, startedAt: this.#startedAt, endedAt };
    this.notify();
  }

  /** Runs again, as a restarted container does; its lines stay. */
  again(): void {
    if (this.end === null) return;
    this.end = null;
    this.#startedAt = Date.now();
    this.#script = { ...this.#script, ...this.#script.restarts?.[this.#restarts] };
    this.#restarts += 1;
    this.#play(0);
    this.notify();
  }

  kill(exitCode: number): void {
    this.finish(exitCode, false);
  }

  askToStop(graceMs: number): void {
    if (this.end !== null) return;
    if (this.#script.deaf !== true) {
      this.finish(143, false);
      return;
    }
    setTimeout(() => this.kill(137), graceMs);
  }

  #play(index: number): void {
    const { lines = [], runMs = 0, exitCode = 0, outOfMemory = false } = this.#script;
    const line = lines[index];
    if (line !== undefined) {
      this.#timer = setTimeout(() => {
        this.print(line);
        this.#play(index + 1);
      }, line.afterMs ?? 0);
    } else if (runMs !== 'until-stopped') {
      this.#timer = setTimeout(() => this.finish(exitCode, outOfMemory), runMs);
    }
  }

  /** Milliseconds of the clock and the line's number as nanoseconds: later lines sort later. */
  #stamp(): string {
    const nanos = String(this.#printed % 1_000_000).padStart(6, '0');
    return new Date().toISOString().replace('Z', `${nanos}Z`);
  }
}
