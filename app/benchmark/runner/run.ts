import { OffpeakError } from '../../contract/errors.ts';
import { benchmarkErrors } from '../../contract/errors/benchmark.ts';
import { ServingChild } from '../../platform/serving-child.ts';
import type { StepWord } from '../ladder/run-steps.ts';
import type { Step } from '../ladder/steps.ts';
import { type Opened, type Order, type Wish, Word } from './messages.ts';

export interface RunOptions {
  /** Stops it: softly at first, and hard where that is not heard. */
  readonly signal: AbortSignal;
  /** The card is open and nothing is measured yet; returns what is to be done with it. */
  readonly onOpened: (opened: Opened) => Promise<readonly Step[]>;
  readonly onWord: (word: StepWord) => void;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly childEntry?: URL | string | undefined;
  readonly patience?: Patience;
}

/** In milliseconds. */
export interface Patience {
  /** A stop is obeyed within two launches of 30 ms; then it is killed. */
  readonly stopMs: number;
  /** Without a sign of life: longer than any driver takes to wake a card and to compile a kernel. */
  readonly silenceMs: number;
}

const PATIENCE: Patience = { stopMs: 500, silenceMs: 30_000 };
const FOR_EVER_MS = 2 ** 31 - 1;

/**
 * Does steps on a card in a process of its own. Throws `benchmark.*`: what keeps it from measuring, the
 * fault of a card, `benchmark.cancelled` after the signal; and what `onOpened` and `onWord` throw. No process is left
 * behind.
 */
export async function runBenchmark(wish: Wish, options: RunOptions): Promise<void> {
  const { env = process.env, childEntry = besideThis(), signal } = options;
  const { stopMs, silenceMs } = options.patience ?? PATIENCE;
  const child = new ServingChild({ entry: childEntry, env });
  const refused: unknown[] = [];
  let isSilent = false;
  const silence = setTimeout(() => {
    isSilent = true;
    child.stop();
  }, silenceMs);
  let last: NodeJS.Timeout | undefined;
  const stop = (): void => {
    child.tell({ kind: 'stop' } satisfies Order);
    last = setTimeout(() => child.stop(), stopMs);
  };
  const begin = async (opened: Opened): Promise<void> => {
    try {
      const steps = [...(await options.onOpened(opened))];
      child.tell({ kind: 'do', steps } satisfies Order);
    } catch (error) {
      refused.push(error);
      child.stop();
    }
  };
  const tell = (word: StepWord): void => {
    try {
      options.onWord(word);
    } catch (error) {
      // A full disk, say: what nobody can keep need not be measured.
      refused.push(error);
      child.stop();
    }
  };
  const hear = (message: unknown): Ending | null => {
    const word = Word.safeParse(message).data;
    if (word === undefined) return null;
    silence.refresh();
    if (word.kind === 'done' || word.kind === 'failed') return word;
    if (word.kind === 'opened') void begin(word);
    else if (word.kind !== 'alive') tell(word);
    return null;
  };
  signal.throwIfAborted();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const order: Order = { kind: 'open', wish };
    const end = await child.ask(order, hear, { timeoutMs: FOR_EVER_MS });
    if (refused.length > 0) throw refused[0];
    if (end.kind !== 'answered') throw endOf({ end, isSilent, isStopped: signal.aborted });
    if (end.answer.kind === 'failed') throw errorOf(end.answer.error);
  } finally {
    clearTimeout(silence);
    clearTimeout(last);
    signal.removeEventListener('abort', stop);
    child.stop();
  }
}

type Ending = Extract<Word, { kind: 'done' | 'failed' }>;
type BenchmarkCode = keyof typeof benchmarkErrors;

function isBenchmarkCode(code: string): code is BenchmarkCode {
  return Object.hasOwn(benchmarkErrors, code);
}

/** The child's own error, as one of ours. */
function errorOf({ code, message, remedy }: Extract<Word, { kind: 'failed' }>['error']): Error {
  const known = isBenchmarkCode(code) ? code : 'host.bug';
  return new OffpeakError(known, { message, remedy });
}

/** The child ended without an answer. */
function endOf(of: {
  end: { kind: 'timed-out' } | { kind: 'crashed'; exitCode: number | null; text: string };
  isSilent: boolean;
  isStopped: boolean;
}): Error {
  if (of.isStopped) return new OffpeakError('benchmark.cancelled');
  const what =
    of.isSilent || of.end.kind === 'timed-out'
      ? 'the driver does not answer any more'
      : `the process that measured ended (${of.end.exitCode ?? 'killed'}) ${of.end.text.slice(-200)}`;
  const message = `The card stopped working in the middle of the benchmark: ${what.trim()}.`;
  return new OffpeakError('benchmark.device-fault', { message });
}

// From source the child is TypeScript too; in a bundle it is the entry of another name beside it.
function besideThis(): URL {
  const isBundle = import.meta.url.endsWith('.js');
  return new URL(isBundle ? './benchmark-child.js' : './child.ts', import.meta.url);
}
