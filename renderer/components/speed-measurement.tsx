import type { ReactNode } from 'react';
import type { SpeedState } from '../../app/contract/readiness.ts';
import { megabits, megabytes, milliseconds } from '../locales/format.ts';
import { moment } from '../locales/moments.ts';
import { t } from '../locales/text.ts';
import { AskButton } from './ask-button.tsx';
import { Remedy } from './remedy.tsx';

/** Measures the connection when the owner asks for it; what that costs is said before. */
export function SpeedMeasurement(props: { speed: SpeedState }): ReactNode {
  const { host, maxBytes, maxSeconds, step, last, problem } = props.speed;
  return (
    <div className="speed">
      <AskButton
        command="readiness.measureNetwork"
        label={t('speed.button')}
        blocked={host === null ? t('speed.no-server') : step && t(`speed.step.${step}`)}
      />
      <p className="soft">
        {host !== null &&
          t('speed.cost', { most: megabytes(maxBytes), seconds: maxSeconds, server: host })}
      </p>
      <div role="status">
        {problem && (
          <>
            <p className="break">{problem.message}</p>
            <Remedy text={problem.remedy} />
          </>
        )}
        {last && (
          <p className="facts-line">
            <span>{moment(last.at)}</span>
            <span>{t('speed.down', { rate: megabits(last.downloadBitsPerSecond) })}</span>
            <span>{t('speed.up', { rate: megabits(last.uploadBitsPerSecond) })}</span>
            <span>{t('speed.latency', { time: milliseconds(last.latencyMs) })}</span>
            <span>{t('speed.used', { size: megabytes(last.usedBytes) })}</span>
          </p>
        )}
      </div>
    </div>
  );
}
