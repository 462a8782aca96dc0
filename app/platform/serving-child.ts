import { type ChildProcess, fork } from 'node:child_process';
import { isWindows } from './machine.ts';
import { killTree } from './process-tree.ts';

/** How much of what a crashing child wrote on stderr is kept, in characters. */
const KEPT_TEXT = 4000;

export interface ChildProgram {
  /** The module that the child runs; it answers with `process.send`. */
  readonly entry: URL | string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface AskLimits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Why the waiting ended; `text` is the end of what a crashed child wrote on stderr. */
export type ChildEnd<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'crashed'; readonly exitCode: number | null; readonly text: string };

interface Running {
  readonly child: ChildProcess;
  text: string;
  /** Ends the question that is waited for. */
  onStop: (() => void) | null;
}

/**
 * A module in a process of its own, started when it is first asked something and again after it ended.
 * The caller is never blocked, whatever the child does.
 */
export class ServingChild {
  readonly #program: ChildProgram;
  #running: Running | null = null;

  constructor(program: ChildProgram) {
    this.#program = program;
  }

  /**
   * Sends a message (none: the child speaks by itself) and waits until `onMessage` makes an answer of
   * one of the child's (null: not yet), the deadline passes or the child ends. One at a time. A child
   * that did not answer is left as it is: `stop` it, which ends the waiting too. Rejects with the
   * signal's reason when aborted.
   */
  async ask<Answer>(
    message: object | null,
    onMessage: (message: unknown) => Answer | null,
    { timeoutMs, signal }: AskLimits,
  ): Promise<ChildEnd<Answer>> {
    signal?.throwIfAborted();
    const running = (this.#running ??= start(this.#program));
    const { child } = running;
    const { promise, resolve, reject } = Promise.withResolvers<ChildEnd<Answer>>();
    const timer = setTimeout(() => resolve({ kind: 'timed-out' }), timeoutMs);
    const abort = (): void => reject(toError(signal?.reason));
    const hear = (heard: unknown): void => {
      const answer = onMessage(heard);
      if (answer !== null) resolve({ kind: 'answered', answer });
    };
    const fail = (error: Error): void =>
      resolve({ kind: 'crashed', exitCode: null, text: error.message });
    const end = (exitCode: number | null): void =>
      resolve({ kind: 'crashed', exitCode, text: running.text });
    signal?.addEventListener('abort', abort, { once: true });
    running.onStop = () => end(null);
    child.on('message', hear).on('error', fail).on('close', end);
    if (message !== null) child.send(message, (error) => error && fail(error));
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      running.onStop = null;
      signal?.removeEventListener('abort', abort);
      child.off('message', hear).off('close', end).off('error', fail);
    }
  }

  /** Sends a message to which no answer is waited for; one that is not running does not hear it. */
  tell(message: object): void {
    const child = this.#running?.child;
    if (child?.connected) child.send(message, () => undefined);
  }

  /** Kills it with everything that it started; the next question starts another. */
  stop(): void {
    const running = this.#running;
    this.#running = null;
    if (running === null) return;
    release(running.child);
    // Its `close` never comes once its pipes are let go of here.
    running.onStop?.();
  }
}

function start({ entry, env }: ChildProgram): Running {
  const child = fork(entry, [], {
    // A group of its own, so that one signal reaches grandchildren too. On Windows it would only
    // open a console window; taskkill finds the tree there.
    detached: !isWindows(),
    env: { ...env },
    // Neither the debugger port nor the loaders of this process.
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const running: Running = { child, text: '', onStop: null };
  child.stderr?.on('data', (chunk: Buffer) => {
    running.text = (running.text + chunk.toString()).slice(-KEPT_TEXT);
  });
  // Whoever asks hears of it; between two questions nobody does.
  child.on('error', () => undefined);
  return running;
}

// A process stuck inside the kernel (state D, typical of a wedged driver) dies only when the kernel
// lets go of it: it is told to, and not waited for.
function release(child: ChildProcess): void {
  if (child.pid !== undefined) killTree(child.pid);
  child.stderr?.destroy();
  if (child.connected) child.disconnect();
  child.unref();
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('Stopped', { cause: reason });
}
