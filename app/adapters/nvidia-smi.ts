import { z } from 'zod';
import { runBriefChild } from '../platform/brief-child.ts';
import { findOnPath } from '../platform/find-on-path.ts';

/** A healthy driver answers within a second, a card that has to wake up within three. */
const DEADLINE_MS = 5000;

// What a shell answers for a program that is not there (127) or may not be run (126).
const SHELL_FOUND_NOTHING = [126, 127];

/**
 * How one call of nvidia-smi failed; `not-asked` means that our own child process broke. `text` is
 * for reading: the program's own words, shortened.
 */
export interface SmiFailure {
  readonly kind: 'missing' | 'timed-out' | 'failed' | 'not-asked';
  /** As documented in nvidia-smi(1), "Return value"; null when it did not end by itself. */
  readonly exitCode: number | null;
  readonly text: string;
}

/** The parsed document, unchecked, and what nvidia-smi said besides; or why there is none. */
export type SmiReading =
  { readonly kind: 'log'; readonly log: unknown; readonly warning: string } | SmiFailure;

export interface SmiOptions {
  /** Where PATH is taken from; this process's environment by default. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The module nvidia-smi-child, where it does not lie beside this file. */
  readonly childEntry?: URL | string | undefined;
}

const SmiAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('log'), log: z.unknown(), warning: z.string() }),
  z.object({ kind: z.literal('failed'), exitCode: z.number().nullable(), text: z.string() }),
]);

/**
 * Asks the `nvidia-smi` on PATH about all cards, through node-nvidia-smi in a child process with a
 * deadline. Never rejects but for an abort; never blocks; leaves no process behind.
 */
export async function queryNvidiaSmi(options: SmiOptions = {}): Promise<SmiReading> {
  const { env = process.env, timeoutMs = DEADLINE_MS, signal } = options;
  // Asked first because Windows answers "not found" in the owner's language and with exit code 1,
  // and because a computer without a driver should not start a process at every look.
  if ((await findOnPath('nvidia-smi', env)) === null) return missing('');
  const end = await runBriefChild(
    { entry: options.childEntry ?? childEntry(), env: childEnv(env), timeoutMs, signal },
    (message) => SmiAnswer.safeParse(message).data ?? null,
  );
  switch (end.kind) {
    case 'answered':
      return toReading(end.answer);
    case 'timed-out':
      return {
        kind: 'timed-out',
        exitCode: null,
        text: `no answer in ${timeoutMs / 1000} seconds`,
      };
    case 'crashed':
      return { kind: 'not-asked', exitCode: end.exitCode, text: end.text };
  }
}

function toReading(answer: z.infer<typeof SmiAnswer>): SmiReading {
  if (answer.kind === 'log') return answer;
  const { exitCode, text } = answer;
  const isMissing = exitCode !== null && SHELL_FOUND_NOTHING.includes(exitCode);
  return isMissing ? missing(text) : { kind: 'failed', exitCode, text };
}

function missing(text: string): SmiFailure {
  return { kind: 'missing', exitCode: null, text };
}

// Windows would otherwise run an nvidia-smi.exe from the current folder before the one on PATH.
function childEnv(env: Readonly<Record<string, string | undefined>>): typeof env {
  return { ...env, NoDefaultCurrentDirectoryInExePath: '1' };
}

// From source the child is TypeScript too; in a bundle both are JavaScript in one folder.
function childEntry(): URL {
  const source = new URL('./nvidia-smi-child.ts', import.meta.url);
  return import.meta.url.endsWith('.js') ? new URL(source.href.replace(/\.ts$/, '.js')) : source;
}
