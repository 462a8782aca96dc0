import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { JobDetail } from '../../app/contract/job.ts';
import { CopyButton } from '../components/copy-button.tsx';
import { LogView } from '../components/log-view.tsx';
import { Operations } from '../components/operations.tsx';
import { Panel } from '../components/panel.tsx';
import { PassportPanel } from '../components/passport-panel.tsx';
import { PracticeMark } from '../components/practice-mark.tsx';
import { ReceiptPanel } from '../components/receipt-panel.tsx';
import { StageSteps } from '../components/stage-steps.tsx';
import { outcomeTone } from '../components/tone.ts';
import { useHost } from '../host/host-context.tsx';
import { useQuery } from '../host/use-query.ts';
import { clock, moment } from '../locales/format.ts';
import { t } from '../locales/text.ts';

/** One job: its way so far, its output live, its passport, its receipt. */
export function JobScreen(props: { run: string }): ReactNode {
  const revision = useHost((state) => state.earnings.revision);
  // The run in hand changes more often than the list does.
  const live = useHost((state) => (state.job?.run === props.run ? state.job : null));
  const changes = `${revision} ${live?.stage ?? ''} ${live?.operations.map((o) => o.state).join()}`;
  const { answer: job, failure } = useQuery('jobs.get', { run: props.run }, changes);
  if (!job) {
    return (
      <>
        <BackLink />
        {failure && (
          <div className="empty">
            <b>{t('job.unknown')}</b>
            <span className="soft">{failure}</span>
          </div>
        )}
      </>
    );
  }
  return (
    <>
      <title>{`${job.title} · Offpeak`}</title>
      <BackLink />
      <JobHead job={job} />
      <Panel title={t('job.log')}>
        <LogView run={job.run} logBytes={live?.logBytes ?? null} closed={job.state === 'closed'} />
      </Panel>
      <div className="row">
        <ReceiptPanel job={job} />
        <PassportPanel passport={job.passport} />
      </div>
      <Operations operations={job.operations} />
      <Panel title={t('job.timeline')}>
        <Timeline entries={job.timeline} />
      </Panel>
      {job.definition !== null && (
        <section className="panel">
          <details>
            <summary>{t('job.definition')}</summary>
            <pre className="mono break">{job.definition}</pre>
          </details>
        </section>
      )}
    </>
  );
}

function BackLink(): ReactNode {
  return (
    <Link href="/jobs" className="soft">
      ← {t('job.back')}
    </Link>
  );
}

function JobHead(props: { job: JobDetail }): ReactNode {
  const { job } = props;
  return (
    <section className="panel">
      <div className="title-row">
        <h1 className="screen-title break">{job.title}</h1>
        <span className={`phase tone-${outcomeTone(job.outcome, job.state)}`}>
          {job.outcome ? t(`outcome.${job.outcome}`) : t(`stage.${job.state}`)}
        </span>
        {job.practice && <PracticeMark />}
      </div>
      <p className="soft">
        {moment(job.startedAt)}
        {job.status && ` · ${t(`status.${job.status}`)}`}
      </p>
      <p className="soft mono break">
        {t('job.id')} {job.id} <CopyButton what={t('job.id')} text={job.id} />
      </p>
      <StageSteps stage={job.state} />
    </section>
  );
}

function Timeline(props: { entries: JobDetail['timeline'] }): ReactNode {
  return (
    <ol className="timeline">
      {props.entries.map((entry, index) => (
        // The journal only grows: a position names an entry for good.
        <li key={index}>
          <time dateTime={new Date(entry.at).toISOString()}>{clock(entry.at)}</time>
          <span className="break">
            {entry.step}
            {entry.detail && <span className="soft"> · {entry.detail}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}
