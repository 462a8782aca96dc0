import type { ReactNode } from 'react';
import type {
  BenchmarkReport as Report,
  ScoredMetric,
  Sustained,
  Verdict,
} from '../../app/contract/benchmark.ts';
import { degrees, duration, percent, rate, watts } from '../locales/format.ts';
import { moment } from '../locales/moments.ts';
import { t } from '../locales/text.ts';
import { Remedy } from './remedy.tsx';
import { Sign, type SignShape } from './sign.tsx';
import type { Tone } from './tone.ts';

const looks: Readonly<Record<Verdict, { tone: Tone; shape: SignShape }>> = {
  healthy: { tone: 'earning', shape: 'check' },
  watch: { tone: 'hot', shape: 'triangle' },
  fault: { tone: 'fault', shape: 'line' },
  unknown: { tone: 'mine', shape: 'ring' },
};
const SECOND_MS = 1000;
/** A bar is full at a quarter above a healthy card. */
const FULL = 1.25;

/** The newest report: the verdict, what is wrong, and each figure beside a healthy card. */
export function BenchmarkReport(props: { report: Report }): ReactNode {
  const { startedAt, level, verdict, problems, metrics, sustained } = props.report;
  const { tone, shape } = looks[verdict];
  return (
    <>
      <div className={`benchmark-verdict tone-${tone}`}>
        <h4 className="verdict">
          <Sign shape={shape} />
          <span>{t(`benchmark.verdict.${verdict}`)}</span>
        </h4>
        <p className="facts-line soft">
          <span>{moment(startedAt)}</span>
          <span>{t(`benchmark.level.${level}`)}</span>
        </p>
      </div>
      {problems.map(({ code, message, remedy }) => (
        <div key={`${code} ${message}`}>
          <p className="break">{message}</p>
          <Remedy text={remedy} />
        </div>
      ))}
      <table className="benchmark-table">
        <caption className="visually-hidden">{t('benchmark.figures')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('benchmark.what')}</th>
            <th scope="col">{t('benchmark.measured')}</th>
            <th scope="col">{t('benchmark.reference')}</th>
            <th scope="col">{t('benchmark.share')}</th>
          </tr>
        </thead>
        <tbody>
          {metrics.map((metric) => (
            <Row metric={metric} key={metric.name} />
          ))}
        </tbody>
      </table>
      {sustained.map((load, index) => (
        <LoadLine load={load} key={index} />
      ))}
    </>
  );
}

function Row(props: { metric: ScoredMetric }): ReactNode {
  const { name, median, unit, faults, reference, ratio } = props.metric;
  const isWrong = faults.count > 0;
  return (
    <tr>
      <th scope="row">{t(`benchmark.metric.${name}`)}</th>
      <td className={isWrong ? 'tone-fault wrong' : undefined}>
        {measuredText({ name, isWrong, value: rate(median, unit) })}
      </td>
      <td>{reference === null ? t('unknown') : rate(reference, unit)}</td>
      <td>
        {ratio === null ? (
          t('unknown')
        ) : (
          <span className={`share ${ratio < 0.9 ? 'tone-hot' : 'tone-earning'}`}>
            <span>{percent(ratio * 100)}</span>
            <i style={{ width: `${Math.min(1, ratio / FULL) * 100}%` }} />
          </span>
        )}
      </td>
    </tr>
  );
}

function measuredText(of: { name: string; isWrong: boolean; value: string }): string {
  if (of.isWrong) return t('benchmark.wrong');
  return of.name === 'memory-test' ? t('benchmark.all-right') : of.value;
}

function LoadLine(props: { load: Sustained }): ReactNode {
  const { perSecond, retention, observed } = props.load;
  const { temperatureC = null, powerWatts = null } = observed ?? {};
  return (
    <p className="facts-line">
      <span>{t('benchmark.under-load', { time: duration(perSecond.length * SECOND_MS) })}</span>
      {retention !== null && (
        <span>
          <b>{t('benchmark.speed-left', { share: percent(retention * 100) })}</b>
        </span>
      )}
      {temperatureC !== null && <span>{degrees(temperatureC)}</span>}
      {powerWatts !== null && <span>{watts(powerWatts)}</span>}
    </p>
  );
}
