import type { ReactNode } from 'react';
import type { CurrentJob, JobDetail } from '../../app/contract/job.ts';
import { duration, shortAddress } from '../locales/format.ts';
import { moment } from '../locales/moments.ts';
import { t } from '../locales/text.ts';
import { CopyButton } from './copy-button.tsx';
import { PracticeMark } from './practice-mark.tsx';
import { RunProgress } from './run-progress.tsx';
import { StageSteps } from './stage-steps.tsx';
import { outcomeTone } from './tone.ts';

/** What the job is and how it stands; `live` is the run in hand while it is this one. */
export function JobHead(props: { job: JobDetail; live: CurrentJob | null }): ReactNode {
  const { job, live } = props;
  const tone = outcomeTone(job.outcome, job.state);
  return (
    <section className={`panel job-head tone-${tone}`} aria-labelledby="job">
      <div className="title-row">
        <h1 className="screen-title break" id="job">
          {job.title}
        </h1>
        <span className="job-ending">
          <span className="phase" role="status">
            {job.outcome ? t(`outcome.${job.outcome}`) : t(`stage.${job.state}`)}
          </span>
          {job.practice && <PracticeMark />}
        </span>
      </div>
      <p className="facts-line soft">
        <span>{moment(job.startedAt)}</span>
        {job.endedAt !== null && <span>{duration(job.endedAt - job.startedAt)}</span>}
        {job.status && <span>{t(`status.${job.status}`)}</span>}
        <span>
          {t('job.id')} <span className="mono">{shortAddress(job.id)}</span>{' '}
          <CopyButton what={t('job.id')} text={job.id} />
        </span>
      </p>
      <Refusals reasons={job.passport?.refusals ?? []} />
      {live && <RunProgress job={live} />}
      {job.state !== 'closed' && <StageSteps stage={job.state} />}
    </section>
  );
}

function Refusals(props: { reasons: readonly string[] }): ReactNode {
  if (props.reasons.length === 0) return null;
  return (
    <div className="refusals">
      <h2>{t('job.refused-because')}</h2>
      <ul className="sentences">
        {props.reasons.map((reason) => (
          <li className="break" key={reason}>
            {reason}
          </li>
        ))}
      </ul>
    </div>
  );
}
