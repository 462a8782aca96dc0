import type { ReactNode } from 'react';
import type { JobSummary } from '../../app/contract/job.ts';
import { t } from '../locales/text.ts';
import { JobRow } from './job-row.tsx';

/** Which part of a longer list the rows are: the place of the first, and how many there are. */
interface Part {
  readonly first: number;
  readonly count: number;
  readonly rowHeight: number;
}

/** Jobs as rows, newest first; a part of a longer list keeps the height of the whole. */
export function JobsTable(props: { jobs: readonly JobSummary[]; part?: Part }): ReactNode {
  const { jobs, part } = props;
  const after = part ? part.count - part.first - jobs.length : 0;
  return (
    <table className="rows jobs" aria-rowcount={part ? part.count + 1 : undefined}>
      <JobsHead />
      <tbody>
        <Spacer height={part ? part.first * part.rowHeight : 0} />
        {jobs.map((job, index) => (
          // The head is row 1.
          <JobRow job={job} row={part ? part.first + index + 2 : undefined} key={job.run} />
        ))}
        <Spacer height={part ? after * part.rowHeight : 0} />
      </tbody>
    </table>
  );
}

function JobsHead(): ReactNode {
  return (
    <thead>
      <tr>
        <th scope="col">{t('jobs.column.job')}</th>
        <th scope="col" className="image">
          {t('jobs.column.image')}
        </th>
        <th scope="col" className="outcome">
          {t('jobs.column.outcome')}
        </th>
        <th scope="col" className="started">
          {t('jobs.column.started')}
        </th>
        <th scope="col" className="number time">
          {t('jobs.column.duration')}
        </th>
        <th scope="col" className="number earned">
          {t('jobs.column.earned')}
        </th>
      </tr>
    </thead>
  );
}

function Spacer(props: { height: number }): ReactNode {
  if (props.height <= 0) return null;
  return (
    <tr className="spacer" aria-hidden="true">
      <td style={{ height: props.height }} />
    </tr>
  );
}
