import { type ReactNode, useState } from 'react';
import { CsvButton } from '../components/csv-button.tsx';
import { type Filter, JobFilter } from '../components/job-filter.tsx';
import { JobList } from '../components/job-list.tsx';
import { NothingHere } from '../components/nothing-here.tsx';
import { useJobPages } from '../host/use-job-pages.ts';
import { useSettled } from '../host/use-settled.ts';
import { plural, t } from '../locales/text.ts';

const TYPING_MS = 150;

/** Every job, newest first, by outcome and by words. */
export function JobsScreen(): ReactNode {
  const [filter, setFilter] = useState<Filter>('all');
  const [search, setSearch] = useState('');
  const words = useSettled(search.trim(), TYPING_MS);
  const { key, pages, failure, more } = useJobPages({
    ...(filter === 'all' ? {} : { outcome: filter }),
    ...(words === '' ? {} : { search: words }),
  });
  return (
    <div className="jobs-screen">
      <div className="title-row">
        <h1 className="screen-title">{t('jobs.title')}</h1>
        <span className="soft" role="status">
          {pages.total !== null && plural('jobs.count', pages.total)}
        </span>
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
        <JobFilter filter={filter} onChange={setFilter} />
        <CsvButton />
      </div>
      <section className="panel" aria-label={t('jobs.title')}>
        {failure !== null && <NothingHere what={t('jobs.failed')} why={failure} />}
        {failure === null && pages.total === 0 && (
          <NoJobs about={words === '' && filter === 'all' ? 'none' : 'no-match'} />
        )}
        {/* Another query starts at the top of its list. */}
        {pages.total !== 0 && <JobList key={key} jobs={pages.jobs} more={more} />}
      </section>
    </div>
  );
}

function NoJobs(props: { about: 'none' | 'no-match' }): ReactNode {
  return <NothingHere what={t(`jobs.${props.about}`)} why={t(`jobs.${props.about}.help`)} />;
}
