import { Worker } from 'node:worker_threads';
import {
  MAX_ALL_PATTERNS_MS,
  MAX_ALL_RESULT_BYTES,
  MAX_PATTERN_MS,
  MAX_RESULT_BYTES,
  MAX_RESULT_ENTRIES,
} from '../definition/limits.ts';
import type { Found, Pattern } from './pattern.ts';
import { tooSlow } from './search.ts';
import { SearchAnswer, SearchSigns, type SearchTask } from './search-task.ts';

type Limits = SearchTask['limits'];

const LIMITS: Limits = {
  maxEntries: MAX_RESULT_ENTRIES,
  maxBytes: MAX_RESULT_BYTES,
  maxAllBytes: MAX_ALL_RESULT_BYTES,
  patternMs: MAX_PATTERN_MS,
  allMs: MAX_ALL_PATTERNS_MS,
};

/** Results are small, lines are cut, and the log comes in pieces: more memory is a mistake. */
const WORKER_MEMORY_MB = 256;
const LOOK_MS = 50;
/** A thread notices by itself that its time is over, unless it waits for a disk that hangs. */
const GRACE_MS = 5000;
const OUT_OF_TIME = 'There was no time left for this pattern: others took too long.';

/** What patterns found, by operation and name of the result. */
export type Results = ReadonlyMap<string, ReadonlyMap<string, Found>>;

export interface ResultsRequest {
  readonly logPath: string;
  readonly patterns: readonly Pattern[];
  readonly signal: AbortSignal;
  readonly limits?: Partial<Limits>;
}

/**
 * Reads results from a run's log by the patterns of its poster. They are hostile: they run in a
 * thread of their own, which is ended when one of them takes too long; the others are then tried
 * again without it. Depends on log and patterns alone, as long as no limit of time is met. Rejects
 * only when the signal aborts.
 */
export async function readResults(request: ResultsRequest): Promise<Results> {
  const { logPath, patterns, signal } = request;
  const limits = { ...LIMITS, ...request.limits };
  const found = new Map<Pattern, Found>();
  const since = performance.now();
  for (let open = patterns; open.length > 0; open = open.filter((one) => !found.has(one))) {
    const allMs = limits.allMs - (performance.now() - since);
    const outcome: Outcome =
      allMs > 0
        ? await searchInThread(
            { logPath, patterns: [...open], limits: { ...limits, allMs } },
            signal,
          )
        : { state: 'failed', why: OUT_OF_TIME };
    for (const [place, pattern] of open.entries()) {
      const one = foundBy(outcome, place, limits.patternMs);
      if (one !== null) found.set(pattern, one);
    }
  }
  return byOperation(patterns, found);
}

type Outcome =
  | { readonly state: 'done'; readonly found: readonly Found[] }
  /** One pattern did not come to an end. */
  | { readonly state: 'stuck'; readonly pattern: number }
  | { readonly state: 'failed'; readonly why: string };

/** What an attempt says of one pattern; null where it has to be tried again. */
function foundBy(outcome: Outcome, place: number, patternMs: number): Found | null {
  switch (outcome.state) {
    case 'done':
      return outcome.found[place] ?? { ok: false, why: OUT_OF_TIME };
    case 'stuck':
      return place === outcome.pattern ? { ok: false, why: tooSlow(patternMs) } : null;
    case 'failed':
      return { ok: false, why: outcome.why };
  }
}

function byOperation(patterns: readonly Pattern[], found: ReadonlyMap<Pattern, Found>): Results {
  const groups = Map.groupBy(patterns, ({ operation }) => operation);
  const named = [...groups].map(([operation, own]) => {
    const entries = own.flatMap((one) => {
      const what = found.get(one);
      return what === undefined ? [] : [[one.name, what] as const];
    });
    return [operation, new Map(entries)] as const;
  });
  return new Map(named);
}

/** One attempt, in a thread that is gone when it is over. */
async function searchInThread(
  task: Omit<SearchTask, 'signs'>,
  signal: AbortSignal,
): Promise<Outcome> {
  signal.throwIfAborted();
  const signs = new SearchSigns();
  const worker = new Worker(entry(), {
    workerData: { ...task, signs: signs.buffer } satisfies SearchTask,
    resourceLimits: { maxOldGenerationSizeMb: WORKER_MEMORY_MB },
    // Nothing of the host's own: neither its secrets nor what it was started with.
    env: {},
    argv: [],
  });
  const over = new AbortController();
  try {
    const outcome = Promise.withResolvers<Outcome>();
    worker.once('message', (answer: unknown) => {
      outcome.resolve({ state: 'done', found: SearchAnswer.parse(answer) });
    });
    worker.once('error', (error) => outcome.resolve(failed(error)));
    worker.once('exit', () => outcome.resolve(failed('its thread ended')));
    watchForStuck(signs, task.limits, over.signal, outcome.resolve);
    signal.addEventListener('abort', () => outcome.reject(signal.reason), {
      signal: over.signal,
    });
    return await outcome.promise;
  } finally {
    over.abort();
    await worker.terminate();
  }
}

/** A thread that is stuck in a pattern can say nothing: its signs stand still. */
function watchForStuck(
  signs: SearchSigns,
  { patternMs, allMs }: Limits,
  over: AbortSignal,
  tell: (outcome: Outcome) => void,
): void {
  const start = performance.now();
  let last = signs.read();
  let since = start;
  const look = setInterval(() => {
    const at = performance.now();
    const now = signs.read();
    if (now.pattern === null || now.trial !== last.trial) since = at;
    else if (at - since > patternMs) tell({ state: 'stuck', pattern: now.pattern });
    if (at - start > allMs + patternMs + GRACE_MS) tell({ state: 'failed', why: OUT_OF_TIME });
    last = now;
  }, LOOK_MS);
  over.addEventListener('abort', () => clearInterval(look), { once: true });
}

function failed(reason: unknown): Outcome {
  return { state: 'failed', why: `The results could not be read: ${String(reason)}.` };
}

/** The thread's program beside this one: a source under Node, a part of the bundle in Electron. */
function entry(): URL {
  const name = import.meta.url.endsWith('.ts') ? 'results-worker.ts' : 'results-worker.js';
  return new URL(name, import.meta.url);
}
