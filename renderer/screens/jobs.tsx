import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useDeferredValue, useRef, useState } from 'react';
import type { Outcome } from '../../app/contract/job.ts';
import { JobsTable } from '../components/jobs-table.tsx';
import { useCall, useHost } from '../host/host-context.tsx';
import { useJobPages } from '../host/use-job-pages.ts';
import { useNow } from '../host/use-now.ts';
import { plural, t } from '../locales/text.ts';

type Filter = Outcome | 'open' | 'all';

const filters: readonly Filter[] = [
  'all',
  'open',
  'paid',
  'handed-back',
  'ended-by-client',
  'refused',
  'lost',
];

/** Every job, newest first, by outcome and by words; only the rows in sight are drawn. */
export function JobsScreen(): ReactNode {
  const [filter, setFilter] = useState<Filter>('all');
  const [search, setSearch] = useState('');
  const words = useDeferredValue(search.trim());
  const pages = useJobPages({
    ...(filter === 'all' ? {} : { outcome: filter }),
    ...(words === '' ? {} : { search: words }),
  });
  return (
    <>
      <title>{`${t('jobs.title')} · Offpeak`}</title>
      <div className="title-row">
        <h1 className="screen-title">{t('jobs.title')}</h1>
        {pages.total !== null && <span className="soft">{plural('jobs.count', pages.total)}</span>}
      </div>
      <div className="toolbar">
        <input
          type="search"
          value={search}
          placeholder={t('jobs.search')}
          aria-label={t('jobs.search')}
          maxLength={200}
          onChange={(event) => setSearch(event.target.value)}
        />
        <select
          value={filter}
          aria-label={t('jobs.filter')}
          onChange={(event) => {
            const chosen = filters.find((name) => name === event.target.value);
            if (chosen) setFilter(chosen);
          }}
        >
          {filters.map((name) => (
            <option key={name} value={name}>
              {t(`outcome.${name}`)}
            </option>
          ))}
        </select>
        <CsvButton />
      </div>
      <section className="panel" aria-label={t('jobs.title')}>
        {pages.total === 0 ? (
          <NothingHere searching={words !== '' || filter !== 'all'} />
        ) : (
          <VirtualRows pages={pages} />
        )}
      </section>
    </>
  );
}

const ROW_PX = 40;

function VirtualRows(props: { pages: ReturnType<typeof useJobPages> }): ReactNode {
  const { jobs, more } = props.pages;
  const scroller = useRef<HTMLDivElement>(null);
  const now = useNow(1000);
  const rows = useVirtualizer({
    count: jobs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    onChange: ({ range }) => {
      if (range && range.endIndex >= jobs.length - 20) more();
    },
  });
  const items = rows.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? -1;
  return (
    // Focusable so that the keyboard can scroll it.
    <div className="scroller" ref={scroller} tabIndex={0} role="group" aria-label={t('jobs.title')}>
      <JobsTable
        jobs={jobs.slice(first, last + 1)}
        now={now}
        before={first * ROW_PX}
        after={(jobs.length - 1 - last) * ROW_PX}
      />
    </div>
  );
}

function NothingHere(props: { searching: boolean }): ReactNode {
  const about = props.searching ? 'no-match' : 'none';
  return (
    <div className="empty">
      <b>{t(`jobs.${about}`)}</b>
      <span className="soft">{t(`jobs.${about}.help`)}</span>
    </div>
  );
}

function CsvButton(): ReactNode {
  const call = useCall();
  const any = useHost((state) => state.earnings.jobsTotal > 0);
  const save = async () => {
    const { fileName, text } = await call('jobs.csv', {});
    const address = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = fileName;
    link.click();
    URL.revokeObjectURL(address);
  };
  return (
    <button className="button" disabled={!any} onClick={() => void save()}>
      {t('jobs.csv')}
    </button>
  );
}
