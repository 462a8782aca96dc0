import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { CurrentJob, JobDetail } from '../../app/contract/job.ts';
import { JobDefinition } from '../components/job-definition.tsx';
import { JobHead } from '../components/job-head.tsx';
import { JobTimeline } from '../components/job-timeline.tsx';
import { LogView } from '../components/log-view.tsx';
import { Operations } from '../components/operations.tsx';
import { PassportPanel } from '../components/passport-panel.tsx';
import { ReceiptPanel } from '../components/receipt-panel.tsx';
import { ScreenTitle } from '../components/screen-title.tsx';
import { useHost } from '../host/host-context.tsx';
import { useQuery } from '../host/use-query.ts';
import { t } from '../locales/text.ts';

/** One job: its way so far, its output live, its passport, its receipt. */
export function JobScreen(props: { run: string }): ReactNode {
  const revision = useHost((state) => state.earnings.revision);
  // The run in hand changes more often than the list does.
  const live = useHost((state) => (state.job?.run === props.run ? state.job : null));
  const { answer: job, failure } = useQuery(
    'jobs.get',
    { run: props.run },
    `${revision} ${changesOf(live)}`,
  );
  return (
    <>
      <Link href="/jobs" className="back soft">
        {t('job.back')}
      </Link>
      {job && <JobParts job={job} live={live} />}
      {!job && failure !== null && <UnknownJob why={failure} />}
    </>
  );
}

function JobParts(props: { job: JobDetail; live: CurrentJob | null }): ReactNode {
  const { live } = props;
  const job = live ? { ...props.job, ...newerIn(live) } : props.job;
  return (
    <>
      <ScreenTitle screen={job.title} />
      <JobHead job={job} live={live} />
      <LogView
        run={job.run}
        revision={`${live?.logBytes ?? ''} ${job.state}`}
        stage={job.state}
        several={job.operations.length > 1}
      />
      <div className="row">
        <div className="stack">
          <ReceiptPanel job={job} />
          <Operations operations={job.operations} />
          <JobTimeline entries={job.timeline} />
        </div>
        <div className="stack">
          <PassportPanel job={job} />
          <JobDefinition definition={job.definition} />
        </div>
      </div>
    </>
  );
}

function UnknownJob(props: { why: string }): ReactNode {
  return (
    <section className="panel empty">
      <ScreenTitle screen={t('job.unknown')} />
      <h1>{t('job.unknown')}</h1>
      <p className="soft">{props.why}</p>
    </section>
  );
}

// The state arrives by itself and is newer than any answer.
function newerIn({ stage, operations, passport }: CurrentJob): Partial<JobDetail> {
  return { state: stage, operations, ...(passport && { passport }) };
}

// What of the run in hand shows in the details that were asked for.
function changesOf(live: CurrentJob | null): string {
  if (!live) return '';
  const operations = live.operations.map(({ state, restarts }) => `${state} ${restarts}`);
  return [live.stage, live.expiresAt, ...operations].join();
}
