import type { ReactNode } from 'react';
import type { BenchmarkState } from '../../app/contract/benchmark.ts';
import { useCall } from '../host/host-context.tsx';
import { useTask } from '../host/use-task.ts';
import { duration, watts } from '../locales/format.ts';
import { t } from '../locales/text.ts';
import { Bar } from './bar.tsx';

const SECOND_MS = 1000;

/** What is measured now, how far it is, and the way out. */
export function BenchmarkRunning(props: {
  running: NonNullable<BenchmarkState['running']>;
}): ReactNode {
  const { level, now, share, remainingSeconds, capWatts } = props.running;
  const call = useCall();
  const task = useTask();
  return (
    <div className="benchmark-running tone-pull">
      <p className="facts-line">
        <span>{t(`benchmark.level.${level}`)}</span>
        <span>
          <b>{capWatts === null ? t(`benchmark.metric.${now}`) : watts(capWatts)}</b>
        </span>
        <span>{t('benchmark.to-go', { time: duration(remainingSeconds * SECOND_MS) })}</span>
      </p>
      <button className="button" onClick={() => void task.run(() => call('benchmark.stop', {}))}>
        {t('benchmark.stop')}
      </button>
      <Bar name={t('benchmark.progress')} share={share} />
      {task.failure !== null && <p role="alert">{task.failure}</p>}
    </div>
  );
}
