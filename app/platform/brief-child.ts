import { type ChildProcess, fork } from 'node:child_process';
import { isWindows } from './machine.ts';
import { killTree } from './process-tree.ts';

/** How much of what a crashing child wrote on stderr is kept, in characters. */
const KEPT_TEXT = 4000;

export interface BriefChild {
  /** The module that the child runs; it answers with `process.send`. */
  readonly entry: URL | string;
  readonly timeoutMs: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

/** Why the waiting ended; `text` is the end of what a crashed child wrote on stderr. */
export type ChildEnd<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'crashed'; readonly exitCode: number | null; readonly text: string };

/**
 * Runs a module in a process of its own until `onMessage` makes an answer of a message (null: not
 * yet), the deadline passes or the child ends, and then kills it with everything it started. Rejects
 * with the signal's reason when aborted. The caller is never blocked, whatever the child does.
 */
export async function runBriefChild<Answer>(
  options: BriefChild,
  onMessage: (message: unknown) => Answer | null,
): Promise<ChildEnd<Answer>> {
  const { signal, timeoutMs } = options;
  signal?.throwIfAborted();
  const child = startChild(options);
  const { promise, resolve, reject } = Promise.withResolvers<ChildEnd<Answer>>();
  let text = '';
  const abort = (): void => reject(toError(signal?.reason));
  const timer = setTimeout(() => resolve({ kind: 'timed-out' }), timeoutMs);
  signal?.addEventListener('abort', abort, { once: true });
  child.stderr?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-KEPT_TEXT);
  });
  child.on('message', (message) => {
    const answer = onMessage(message);
    if (answer !== null) resolve({ kind: 'answered', answer });
  });
  child.on('error', (error) => resolve({ kind: 'crashed', exitCode: null, text: error.message }));
  child.on('close', (exitCode) => resolve({ kind: 'crashed', exitCode, text }));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    release(child);
  }
}

function startChild({ entry, env }: BriefChild): ChildProcess {
  return fork(entry, [], {
    // A group of its own, so that one signal reaches grandchildren too. On Windows it would only
    // open a console window; taskkill finds the tree there.
    detached: !isWindows(),
    env: { ...env },
    // Neither the debugger port nor the loaders of this process.
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
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
