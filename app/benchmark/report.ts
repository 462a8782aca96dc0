import type { BenchmarkReport, Metric, ScoredMetric } from '../contract/benchmark.ts';
import { bothFaults } from './faults.ts';
import { forecastOf } from './forecast/forecast.ts';
import { slowerThanBefore } from './history.ts';
import type { OpenRun } from './open-runs.ts';
import { judge } from './score/judge.ts';
import { type Conditions, scoreOf } from './score/score.ts';

export interface Setting {
  readonly conditions: Conditions;
  /** Newest first. */
  readonly earlier: readonly BenchmarkReport[];
  /** UTC, milliseconds. */
  readonly endedAt: number;
}

/** The report of a run that came to its end: beside a healthy card, and beside what it did before. Pure. */
export function makeReport(
  { parts, card, backend, level, startedAt, disturbedBy }: OpenRun,
  { conditions, earlier, endedAt }: Setting,
): BenchmarkReport {
  const hot = parts.flatMap((part) => (part.kind === 'metric' && part.isHot ? [part.metric] : []));
  const metrics = parts.flatMap((part): ScoredMetric[] => {
    if (part.kind !== 'metric' || part.isHot) return [];
    const { observed } = part;
    const again = hot.find(({ name }) => name === part.metric.name);
    const metric = withFaultsOf(part.metric, again);
    const score = scoreOf(metric, card, { ...conditions, observed });
    return [{ ...metric, ...score, hot: again?.median ?? null, observed }];
  });
  const sustained = parts.flatMap((part) => (part.kind === 'load' ? [part.load] : []));
  const left = parts.flatMap((part) =>
    part.kind === 'left' ? [{ name: part.name, reason: part.reason }] : [],
  );
  // A processor becomes slower for many reasons that are nobody's fault.
  const judged =
    card.kind === 'gpu' ? sustained : sustained.map((load) => ({ ...load, retention: null }));
  const evidence = { metrics, sustained: judged, disturbedBy };
  const { verdict, problems } = judge(evidence, conditions);
  const slower =
    disturbedBy.length > 0 ? [] : slowerThanBefore({ card, backend, metrics }, earlier);
  return {
    card,
    backend,
    level,
    startedAt,
    endedAt,
    metrics,
    sustained,
    disturbedBy: [...disturbedBy],
    left,
    verdict: verdict === 'healthy' && slower.length > 0 ? 'watch' : verdict,
    problems: [...problems, ...slower],
    forecast: forecastOf(card, metrics),
  };
}

function withFaultsOf(metric: Metric, again: Metric | undefined): Metric {
  return again ? { ...metric, faults: bothFaults(metric.faults, again.faults) } : metric;
}
