/** What a poller does and how often. */
export interface PollerOptions {
  /** Looks once; true where something had changed. Must not throw: failures are its own to report. */
  poll(signal: AbortSignal): Promise<boolean>;
  /** Pause after a change, and at the start. */
  readonly minMs: number;
  /** Longest pause as things are; it doubles up to here while nothing changes. */
  maxMs(): number;
}

/** Looks at once and then again and again, until stopped; never two looks at the same time. */
export interface Poller {
  /** Look now; if a look is under way, once more after it. */
  nudge(): void;
  stop(): void;
}

/** Starts polling. Pushes may be lost without a sign; this is the net below them. */
export function startPoller(options: PollerOptions): Poller {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = options.minMs;
  let looking = false;
  let again = false;

  const askedAgain = (): boolean => {
    const asked = again;
    again = false;
    return asked;
  };
  const look = async (): Promise<void> => {
    looking = true;
    const changed = await options.poll(abort.signal);
    looking = false;
    if (abort.signal.aborted) return;
    if (changed) pauseMs = options.minMs;
    pauseMs = Math.min(pauseMs, options.maxMs());
    if (askedAgain()) void look();
    else timer = setTimeout(() => void look(), pauseMs).unref();
    pauseMs *= 2;
  };
  void look();
  return {
    nudge: () => {
      if (abort.signal.aborted) return;
      clearTimeout(timer);
      pauseMs = options.minMs;
      if (looking) again = true;
      else void look();
    },
    stop: () => {
      abort.abort();
      clearTimeout(timer);
    },
  };
}
