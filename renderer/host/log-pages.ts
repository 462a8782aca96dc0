import type { LogLine } from '../../app/contract/job.ts';

/** A part of a log that is drawn together, and not again once it is full. */
interface LogPage {
  readonly id: number;
  readonly lines: readonly LogLine[];
}

/** The newest part of a log. */
export interface LogPages {
  readonly pages: readonly LogPage[];
  /** True when older lines are left out. */
  readonly cut: boolean;
}

/** Nothing read yet. */
export const emptyLog: LogPages = { pages: [], cut: false };

const PAGE_LINES = 200;
/** With 200 lines each: as many as a page scrolls smoothly. */
const MAX_PAGES = 25;

/** The log with more lines at its end; the oldest pages go when it grows too long. */
export function withLines(log: LogPages, lines: readonly LogLine[]): LogPages {
  const pages = [...log.pages];
  let rest = lines;
  while (rest.length > 0) {
    const last = pages.at(-1);
    const room = last ? PAGE_LINES - last.lines.length : 0;
    if (last && room > 0) {
      pages[pages.length - 1] = { id: last.id, lines: [...last.lines, ...rest.slice(0, room)] };
      rest = rest.slice(room);
    } else {
      pages.push({ id: (last?.id ?? 0) + 1, lines: [] });
    }
  }
  const kept = pages.slice(-MAX_PAGES);
  return { pages: kept, cut: log.cut || kept.length < pages.length };
}

/** All lines that are held, in order. */
export function linesOf(log: LogPages): LogLine[] {
  return log.pages.flatMap(({ lines }) => lines);
}
