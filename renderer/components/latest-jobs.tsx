import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useHost } from '../host/host-context.tsx';
import { useQuery } from '../host/use-query.ts';
import { t } from '../locales/text.ts';
import { JobsTable } from './jobs-table.tsx';
import { NothingHere } from './nothing-here.tsx';
import { Panel } from './panel.tsx';

/** The newest five jobs. */
export function LatestJobs(): ReactNode {
  const revision = useHost((state) => state.earnings.revision);
  const { answer } = useQuery('jobs.list', { limit: 5 }, revision);
  return (
    <Panel title={t('home.latest')} aside={<Link href="/jobs">{t('home.all-jobs')}</Link>}>
      {answer?.jobs.length === 0 ? (
        <NothingHere what={t('jobs.none')} why={t('jobs.none.help')} />
      ) : (
        <JobsTable jobs={answer?.jobs ?? []} />
      )}
    </Panel>
  );
}
