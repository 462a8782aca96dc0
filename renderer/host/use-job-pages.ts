import { useCallback, useEffect, useRef, useState } from 'react';
import type { CommandInput } from '../../app/contract/commands.ts';
import { reasonOf, useCall, useHost } from './host-context.tsx';
import { type JobPages, noPages, withMore, withNewest } from './job-pages.ts';

const PAGE = 200;
/** The contract's own limit for one answer. */
const MOST = 500;

type Query = Pick<CommandInput<'jobs.list'>, 'outcome' | 'search'>;

interface Shown {
  /** Which query `pages` answers. */
  readonly key: string;
  readonly pages: JobPages;
  readonly failure: string | null;
}

/**
 * The job list, page by page: `more` fetches the next one. When a job changes, the newest part is
 * read again. `key` names the query that the rows answer: the old rows stay until the new ones
 * are there.
 */
export function useJobPages(query: Query): Shown & { readonly more: () => void } {
  const call = useCall();
  const revision = useHost((state) => state.earnings.revision);
  const key = JSON.stringify(query);
  const [shown, setShown] = useState<Shown>({ key, pages: noPages, failure: null });
  const loaded = useRef(0);
  const asking = useRef<string | null>(null);
  useEffect(() => {
    loaded.current = shown.key === key ? shown.pages.jobs.length : 0;
  }, [key, shown]);

  useEffect(() => {
    let current = true;
    const limit = Math.min(Math.max(PAGE, loaded.current), MOST);
    call('jobs.list', { ...queryOf(key), limit }).then(
      (page) => {
        if (!current) return;
        setShown((before) => {
          const pages = before.key === key ? before.pages : noPages;
          return { key, pages: withNewest(pages, page), failure: null };
        });
      },
      (error: unknown) => {
        if (current) setShown((before) => ({ ...before, failure: reasonOf(error) }));
      },
    );
    return () => {
      current = false;
    };
  }, [call, key, revision]);

  const { next } = shown.pages;
  const more = useCallback(() => {
    // One question per place in the list, whoever asks however often.
    if (next === null || asking.current === next) return;
    asking.current = next;
    call('jobs.list', { ...queryOf(shown.key), limit: PAGE, before: next })
      .then(
        (page) =>
          setShown((before) =>
            before.key === shown.key
              ? { ...before, pages: withMore(before.pages, next, page) }
              : before,
          ),
        // The next scroll asks again.
        () => undefined,
      )
      .finally(() => {
        if (asking.current === next) asking.current = null;
      });
  }, [call, next, shown.key]);
  return { ...shown, more };
}

function queryOf(key: string): Query {
  return JSON.parse(key) as Query;
}
