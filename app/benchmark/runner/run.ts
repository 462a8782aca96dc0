import type { BenchmarkReport, Metric } from '../../contract/benchmark.ts';
import { OffpeakError } from '../../contract/errors.ts';
import { benchmarkErrors } from '../../contract/errors/benchmark.ts';
import { ServingChild } from '../../platform/serving-child.ts';
import { type Order, type Plan, Word } from './messages.ts';

export interface RunOptions {
  /** Stops it: softly at first, and hard where that is not heard. */
  readonly signal: AbortSignal;
  /** Each metric as soon as it is measured. */
  readonly onMetric: (metric: Metric) => void;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly childEntry?: URL | string;
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

export type Measured = Pick<BenchmarkReport, 'backend' | 'card' | 'left'> & { metrics: Metric[] };

/**
 * Measures a plan in a process of its own. Throws `benchmark.*`: what keeps it from measuring, the fault of
 * a card, `benchmark.cancelled` after the signal. No process is left behind.
 */
export async function runBenchmark(plan: Plan, options: RunOptions): Promise<Measured> {
  const { env = process.env, childEntry = besideThis(), signal } = options;
  const { stopMs, silenceMs } = options.patience ?? PATIENCE;
  const child = new ServingChild({ entry: childEntry, env });
  const metrics: Metric[] = [];
  const opened: Pick<Measured, 'backend' | 'card'>[] = [];
  let isSilent = false;
  const silence = setTimeout(() => {
    isSilent = true;
    child.stop();
  }, silenceMs);
  let last: NodeJS.Timeout | undefined;
  const stop = (): void => {
    const order: Order = { kind: 'stop' };
    child.tell(order);
    last = setTimeout(() => child.stop(), stopMs);
  };
  const hear = (message: unknown): Extract<Word, { kind: 'done' | 'failed' }> | null => {
    const word = Word.parse(message);
    silence.refresh();
    if (word.kind === 'opened') opened.push({ backend: word.backend, card: word.card });
    if (word.kind === 'metric') {
      metrics.push(word.metric);
      options.onMetric(word.metric);
    }
    return word.kind === 'done' || word.kind === 'failed' ? word : null;
  };
  signal.throwIfAborted();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const order: Order = { kind: 'measure', plan };
    const end = await child.ask(order, hear, { timeoutMs: FOR_EVER_MS });
    if (end.kind !== 'answered') throw endOf({ end, isSilent, isStopped: signal.aborted });
    if (end.answer.kind === 'failed') throw errorOf(end.answer.error);
    const [device] = opened;
    if (device === undefined) throw new OffpeakError('host.bug');
    return { ...device, metrics, left: end.answer.left };
  } finally {
    clearTimeout(silence);
    clearTimeout(last);
    signal.removeEventListener('abort', stop);
    child.stop();
  }
}

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
