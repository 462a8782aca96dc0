import type { ReactNode } from 'react';
import type { BenchmarkSummary, MetricName } from '../../app/contract/benchmark.ts';
import { rate } from '../locales/format.ts';
import { moment } from '../locales/moments.ts';
import { plural, t } from '../locales/text.ts';

/** What stands for the whole in a line. */
const SHOWN: readonly MetricName[] = ['memory-read', 'fp32', 'fp16-fp32'];

/** The reports before the newest one, a line each. */
export function BenchmarkEarlier(props: { earlier: readonly BenchmarkSummary[] }): ReactNode {
  return (
    <details className="benchmark-earlier">
      <summary>{plural('benchmark.earlier', props.earlier.length)}</summary>
      <table className="benchmark-table">
        <caption className="visually-hidden">{t('benchmark.before')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('benchmark.when')}</th>
            <th scope="col">{t('benchmark.verdict')}</th>
            {SHOWN.map((name) => (
              <th scope="col" key={name}>
                {t(`benchmark.metric.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.earlier.map((one) => (
            <tr key={one.startedAt}>
              <th scope="row">{moment(one.startedAt)}</th>
              <td>{t(`benchmark.verdict.short.${one.verdict}`)}</td>
              {SHOWN.map((name) => (
                <td key={name}>{figureOf(one, name)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function figureOf({ metrics }: BenchmarkSummary, name: MetricName): string {
  const metric = metrics.find((one) => one.name === name);
  return metric ? rate(metric.median, metric.unit) : t('unknown');
}
