import { useEffect, useRef, useState } from 'react';
import { reasonOf, useCall } from './host-context.tsx';
import { emptyLog, type LogPages, withLines } from './log-pages.ts';

/** One answer of the host, and no more than that is read of what was missed. */
const MAX_BYTES = 1_000_000;
/** Past the end of every log: the host answers with where the log ends. */
const THE_END = Number.MAX_SAFE_INTEGER;
/** A log that grows faster than this many answers is left for the next revision. */
const MAX_ANSWERS = 4;

interface Log {
  readonly log: LogPages;
  /** False until the log was read to its end once. */
  readonly read: boolean;
  readonly failure: string | null;
}

/**
 * The newest part of a run's log, continued whenever `revision` changes. A log that is long, or
 * that grows faster than it can be shown, is skipped forward; else no line is lost or doubled.
 */
export function useLog(run: string, revision: string): Log {
  const call = useCall();
  const [shown, setShown] = useState<Log>({ log: emptyLog, read: false, failure: null });
  const next = useRef(0);
  const reading = useRef<Promise<void>>(Promise.resolve());
  useEffect(() => {
    let current = true;
    const readOn = async () => {
      if (!current) return;
      const end = (await call('jobs.log', { run, from: THE_END, maxBytes: 1 })).next;
      if (end - next.current > MAX_BYTES) {
        next.current = end - MAX_BYTES;
        setShown((before) => ({ ...before, log: { pages: [], cut: true } }));
      }
      for (let answers = 0; answers < MAX_ANSWERS; answers += 1) {
        const piece = await call('jobs.log', { run, from: next.current, maxBytes: MAX_BYTES });
        next.current = piece.next;
        setShown(({ log }) => ({ log: withLines(log, piece.lines), read: true, failure: null }));
        if (piece.complete) return;
      }
    };
    // One reader at a time, in order. A reader that waited behind a newer one has nothing to do.
    reading.current = reading.current.then(readOn).catch((error: unknown) => {
      setShown((before) => ({ ...before, failure: reasonOf(error) }));
    });
    return () => {
      current = false;
    };
  }, [call, run, revision]);
  return shown;
}
