import type { CommandOutput } from '../../app/contract/commands.ts';
import type { JobSummary } from '../../app/contract/job.ts';

/** As much of the job list as the page holds, newest first. */
export interface JobPages {
  readonly jobs: readonly JobSummary[];
  /** Where the next page begins; null at the end of the list. */
  readonly next: string | null;
  /** How many match in all; null before the first answer. */
  readonly total: number | null;
}

type Page = CommandOutput<'jobs.list'>;

/** Nothing asked yet. */
export const noPages: JobPages = { jobs: [], next: null, total: null };

/**
 * The list after its newest part was read again. Rows below that part stay, so that the reader
 * keeps the place; jobs change only while they are among the newest.
 */
export function withNewest(pages: JobPages, newest: Page): JobPages {
  const last = newest.jobs.at(-1);
  const at = pages.jobs.findIndex((job) => job.run === last?.run);
  if (newest.next === null || at === -1) return { ...newest };
  const below = pages.jobs.slice(at + 1);
  return {
    jobs: [...newest.jobs, ...below],
    next: below.length > 0 ? pages.next : newest.next,
    total: newest.total,
  };
}

/** The list with the page that begins at `from`; unchanged when the list no longer ends there. */
export function withMore(pages: JobPages, from: string, page: Page): JobPages {
  if (pages.next !== from) return pages;
  return { jobs: [...pages.jobs, ...page.jobs], next: page.next, total: page.total };
}
