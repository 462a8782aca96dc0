import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Cards } from '../components/cards.tsx';
import { Hero } from '../components/hero.tsx';
import { JobsTable } from '../components/jobs-table.tsx';
import { Missing } from '../components/missing.tsx';
import { Panel } from '../components/panel.tsx';
import { Today } from '../components/today.tsx';
import { YourDay } from '../components/your-day.tsx';
import { useHost } from '../host/host-context.tsx';
import { useNow } from '../host/use-now.ts';
import { useQuery } from '../host/use-query.ts';
import { t } from '../locales/text.ts';

/** What is happening and why, the day's earnings, the cards, the day, the latest jobs. */
export function HomeScreen(): ReactNode {
  return (
    <>
      <title>{`${t('home.title')} · Offpeak`}</title>
      <Hero />
      <Missing />
      <div className="row">
        <Today />
        <Cards />
      </div>
      <YourDay />
      <LatestJobs />
    </>
  );
}

function LatestJobs(): ReactNode {
  const revision = useHost((state) => state.earnings.revision);
  const { answer } = useQuery('jobs.list', { limit: 5 }, revision);
  const now = useNow(1000);
  return (
    <Panel title={t('home.latest')} aside={<Link href="/jobs">{t('home.all-jobs')}</Link>}>
      {answer?.jobs.length === 0 ? (
        <div className="empty">
          <b>{t('jobs.none')}</b>
          <span className="soft">{t('jobs.none.help')}</span>
        </div>
      ) : (
        <JobsTable jobs={answer?.jobs ?? []} now={now} />
      )}
    </Panel>
  );
}
