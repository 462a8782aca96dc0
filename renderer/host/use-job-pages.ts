import { useCallback, useEffect, useRef, useState } from 'react';
import type { CommandInput } from '../../app/contract/commands.ts';
import type { JobSummary } from '../../app/contract/job.ts';
import { useCall, useHost } from './host-context.tsx';

const PAGE = 100;
/** The contract's own limit for one answer. */
const MOST = 500;

interface Pages {
  readonly jobs: readonly JobSummary[];
  readonly next: string | null;
  /** How many match in all; null before the first answer. */
  readonly total: number | null;
}

/**
 * The job list, page by page: `more` fetches the next one. When a job changes, what is loaded so
 * far is asked again, so that the rows in sight stay right.
 */
export function useJobPages(
  query: Pick<CommandInput<'jobs.list'>, 'outcome' | 'search'>,
): Pages & { more: () => void } {
  const call = useCall();
  const revision = useHost((state) => state.earnings.revision);
  const [pages, setPages] = useState<Pages>({ jobs: [], next: null, total: null });
  const loading = useRef(false);
  const key = JSON.stringify(query);
  const loaded = useRef(0);
  useEffect(() => {
    loaded.current = pages.jobs.length;
  });

  // Another filter or search is another list, and starts from its first page.
  useEffect(() => {
    loaded.current = 0;
  }, [key]);

  useEffect(() => {
    let current = true;
    const parsed = JSON.parse(key) as typeof query;
    const limit = Math.min(Math.max(PAGE, loaded.current), MOST);
    void call('jobs.list', { ...parsed, limit }).then((page) => {
      if (current) setPages(page);
    });
    return () => {
      current = false;
    };
  }, [call, key, revision]);

  const more = useCallback(() => {
    const { next } = pages;
    if (loading.current || next === null) return;
    loading.current = true;
    const parsed = JSON.parse(key) as typeof query;
    void call('jobs.list', { ...parsed, limit: PAGE, before: next })
      .then((page) => {
        setPages((before) =>
          before.next === next
            ? { jobs: [...before.jobs, ...page.jobs], next: page.next, total: page.total }
            : before,
        );
      })
      .finally(() => {
        loading.current = false;
      });
  }, [call, key, pages]);
  return { ...pages, more };
}
