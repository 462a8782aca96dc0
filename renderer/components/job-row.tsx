import { memo, type ReactNode } from 'react';
import { Link } from 'wouter';
import type { JobSummary } from '../../app/contract/job.ts';
import { useNow } from '../host/use-now.ts';
import { duration, nosAmount } from '../locales/format.ts';
import { moment, shortMoment } from '../locales/moments.ts';
import { t } from '../locales/text.ts';
import { PracticeMark } from './practice-mark.tsx';
import { outcomeTone } from './tone.ts';
import { Unknown } from './unknown.tsx';

/** One job of the list; `row` is its place in a list that is not drawn whole. */
export const JobRow = memo(function JobRow(props: {
  job: JobSummary;
  row: number | undefined;
}): ReactNode {
  const { job } = props;
  return (
    <tr aria-rowindex={props.row}>
      <td className="title">
        <Link href={`/jobs/${job.run}`} title={job.title}>
          {job.title}
        </Link>
      </td>
      <td className="soft image" title={job.image ?? undefined}>
        {job.image ?? <Unknown why={t('jobs.no-image')} />}
      </td>
      <td className={`outcome tone-${outcomeTone(job.outcome, job.state)}`}>
        {job.outcome ? t(`outcome.${job.outcome}`) : t(`stage.${job.state}`)}
      </td>
      <td className="soft started" title={moment(job.startedAt)}>
        {shortMoment(job.startedAt)}
      </td>
      <td className="number time">
        {job.endedAt === null ? (
          <TimeSince start={job.startedAt} />
        ) : (
          duration(job.endedAt - job.startedAt)
        )}
      </td>
      <td className="number earned">
        <span className="earned-line">
          {job.practice && <PracticeMark />}
          <Earned job={job} />
        </span>
      </td>
    </tr>
  );
});

// Only a row in hand counts on; the others are drawn once.
function TimeSince(props: { start: number }): ReactNode {
  return duration(useNow(1000) - props.start);
}

function Earned(props: { job: JobSummary }): ReactNode {
  const { grossBaseUnits, outcome } = props.job;
  if (grossBaseUnits !== null) return <span>{nosAmount(grossBaseUnits)}</span>;
  return <Unknown why={t(outcome === null ? 'jobs.unsettled' : 'jobs.unpaid')} />;
}
