import { useEffect, useRef, useState } from 'react';
import type { LogLine } from '../../app/contract/job.ts';
import { useCall } from './host-context.tsx';

/** As many lines are kept on the page; older ones stay in the file. */
const MAX_LINES = 5_000;
const MAX_BYTES = 256_000;

interface Log {
  readonly lines: readonly LogLine[];
  /** How many older lines were dropped from the page. */
  readonly cut: number;
}

/** A run's log from its beginning, continued whenever `revision` changes. */
export function useLog(run: string, revision: string): Log {
  const call = useCall();
  const [log, setLog] = useState<Log>({ lines: [], cut: 0 });
  const next = useRef(0);
  const reading = useRef<Promise<void>>(Promise.resolve());
  useEffect(() => {
    let current = true;
    const readOn = async () => {
      let complete = false;
      while (current && !complete) {
        const piece = await call('jobs.log', { run, from: next.current, maxBytes: MAX_BYTES });
        // One reader at a time, in order: no piece is lost or shown twice.
        next.current = piece.next;
        complete = piece.complete;
        if (piece.lines.length > 0) setLog((before) => append(before, piece.lines));
      }
    };
    reading.current = reading.current.then(readOn, readOn).catch(() => undefined);
    return () => {
      current = false;
    };
  }, [call, run, revision]);
  return log;
}

function append(log: Log, lines: readonly LogLine[]): Log {
  const all = [...log.lines, ...lines];
  const over = Math.max(0, all.length - MAX_LINES);
  return { lines: over > 0 ? all.slice(over) : all, cut: log.cut + over };
}
