import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';
import type { JobSummary } from '../../app/contract/job.ts';
import { t } from '../locales/text.ts';
import { JobsTable } from './jobs-table.tsx';

/** Height of a row in styles/jobs.css. Pixels. */
const ROW_HEIGHT = 40;
/** Rows drawn beyond each edge; reaching the last loaded one fetches more. */
const OVERSCAN = 20;

/** A list of any length in a box that scrolls; only the rows in sight and some more are drawn. */
export function JobList(props: { jobs: readonly JobSummary[]; more: () => void }): ReactNode {
  const { jobs, more } = props;
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: jobs.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
  });
  const drawn = rows.getVirtualItems();
  const first = drawn[0]?.index ?? 0;
  const last = drawn.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= jobs.length - 1) more();
  }, [last, jobs.length, more]);
  return (
    // Focusable so that the keyboard can scroll it.
    <div className="scroller" ref={box} tabIndex={0} role="group" aria-label={t('jobs.title')}>
      <JobsTable
        jobs={jobs.slice(first, last + 1)}
        part={{ first, count: jobs.length, rowHeight: ROW_HEIGHT }}
      />
    </div>
  );
}
