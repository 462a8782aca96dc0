import type { ReactNode } from 'react';
import type { CurrentJob, PullProgress } from '../../app/contract/job.ts';
import { useNow } from '../host/use-now.ts';
import { dataSize, duration, nosAmount, nosPerHour } from '../locales/format.ts';
import { t } from '../locales/text.ts';
import { Bar } from './bar.tsx';

/** How far the run in hand is: of its download while it fetches, else of its time and its pay. */
export function RunProgress(props: { job: CurrentJob }): ReactNode {
  const { job } = props;
  const now = useNow(1000);
  const elapsed = Math.max(0, now - job.assignedAt);
  const limit = job.expiresAt - job.assignedAt;
  const fetching = job.stage === 'pulling' ? job.pull : null;
  return (
    <div className="run-progress">
      <p className="facts-line">
        {fetching && <PullText pull={fetching} />}
        <span>
          <b>{duration(elapsed)}</b> {t('progress.elapsed', { limit: duration(limit) })}
        </span>
        <span>
          {t('progress.earning')} <b>{nosPerHour(job.pricePerSecond)}</b>
        </span>
        <span>{t('progress.so-far', { amount: nosAmount(earned(job, elapsed)) })}</span>
      </p>
      <Bar
        name={t(fetching ? 'progress.pull' : 'progress.time')}
        share={fetching ? pullShare(fetching) : elapsed / limit}
      />
    </div>
  );
}

function PullText(props: { pull: PullProgress }): ReactNode {
  const { receivedBytes, totalBytes, layersDone, layers } = props.pull;
  return (
    <>
      <span>
        <b>
          {totalBytes === null
            ? dataSize(receivedBytes)
            : t('unit.part-of', { part: dataSize(receivedBytes), whole: dataSize(totalBytes) })}
        </b>
      </span>
      <span>{t('progress.layers', { done: layersDone, all: layers })}</span>
    </>
  );
}

function pullShare({ receivedBytes, totalBytes, layersDone, layers }: PullProgress): number {
  if (totalBytes !== null && totalBytes > 0) return receivedBytes / totalBytes;
  return layers > 0 ? layersDone / layers : 0;
}

// An estimate until the chain has settled it: whole seconds up to the job's limit.
function earned(job: CurrentJob, elapsedMs: number): string {
  const seconds = Math.floor(Math.min(elapsedMs, job.expiresAt - job.assignedAt) / 1000);
  return String(BigInt(job.pricePerSecond) * BigInt(seconds));
}
