import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { JobSummary } from '../../app/contract/job.ts';
import { duration, moment, nos } from '../locales/format.ts';
import { t } from '../locales/text.ts';
import { PracticeMark } from './practice-mark.tsx';
import { outcomeTone } from './tone.ts';

/** Jobs as rows, newest first. `before` and `after` are heights for rows that are not drawn. */
export function JobsTable(props: {
  jobs: readonly JobSummary[];
  now: number;
  before?: number;
  after?: number;
}): ReactNode {
  return (
    <table className="jobs">
      <colgroup>
        <col />
        <col className="c-image" />
        <col className="c-outcome" />
        <col className="c-started" />
        <col className="c-time" />
        <col className="c-earned" />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">{t('jobs.column.job')}</th>
          <th scope="col" className="o-image">
            {t('jobs.column.image')}
          </th>
          <th scope="col">{t('jobs.column.outcome')}</th>
          <th scope="col" className="o-started">
            {t('jobs.column.started')}
          </th>
          <th scope="col" className="number">
            {t('jobs.column.duration')}
          </th>
          <th scope="col" className="number">
            {t('jobs.column.earned')}
          </th>
        </tr>
      </thead>
      <tbody>
        <Spacer height={props.before ?? 0} />
        {props.jobs.map((job) => (
          <JobRow job={job} now={props.now} key={job.run} />
        ))}
        <Spacer height={props.after ?? 0} />
      </tbody>
    </table>
  );
}

function JobRow(props: { job: JobSummary; now: number }): ReactNode {
  const { job, now } = props;
  return (
    <tr>
      <td className="title">
        <Link href={`/jobs/${job.run}`} title={job.title}>
          {job.title}
        </Link>
      </td>
      <td className="soft o-image" title={job.image ?? undefined}>
        {job.image ?? t('unknown')}
      </td>
      <td className={`outcome tone-${outcomeTone(job.outcome, job.state)}`}>
        {job.outcome ? t(`outcome.${job.outcome}`) : t(`stage.${job.state}`)}
      </td>
      <td className="soft o-started">{moment(job.startedAt)}</td>
      <td className="number">{duration((job.endedAt ?? now) - job.startedAt)}</td>
      <td className="number">
        {nos(job.grossBaseUnits)} NOS {job.practice && <PracticeMark />}
      </td>
    </tr>
  );
}

function Spacer(props: { height: number }): ReactNode {
  if (props.height <= 0) return null;
  return (
    <tr aria-hidden="true">
      <td colSpan={6} style={{ height: props.height, padding: 0, border: 0 }} />
    </tr>
  );
}
