import { forecastOf } from '../../app/benchmark/forecast/forecast.ts';
import { slowerThanBefore } from '../../app/benchmark/history.ts';
import { runBenchmark } from '../../app/benchmark/runner/run.ts';
import { judge } from '../../app/benchmark/score/judge.ts';
import type { Link } from '../../app/benchmark/score/peaks.ts';
import { scoreOf } from '../../app/benchmark/score/score.ts';
import { type BenchmarkReport, type Metric, MetricName } from '../../app/contract/benchmark.ts';
import { OffpeakError } from '../../app/contract/errors.ts';
import type { Phase } from '../../app/contract/phase.ts';
import { readCards } from '../../app/gpu/cards.ts';
import { connectToHost } from '../../app/serve/remote-host.ts';
import { backendNamed } from './benchmark-card.ts';
import { benchmarkHistory, keepReport, knownReports } from './benchmark-history.ts';
import { metricLine, reportText } from './benchmark-text.ts';
import { type CliContext, type CliResult, paths } from './context.ts';

/** In these a job may run on the card, or come at any moment. */
const LENDING: readonly Phase[] = ['preparing', 'available', 'working', 'yielding'];

/**
 * `offpeak benchmark`: measures a card with kernels that check themselves. Exit 0 only when every result
 * was right.
 */
export async function benchmark({ values, env }: CliContext): Promise<CliResult> {
  if (values.history === true) return benchmarkHistory({ values, env });
  const metrics = (values.metric ?? MetricName.options).map(metricNamed);
  await refuseWhileLending(env);
  const stopped = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => stopped.abort());
  const startedAt = Date.now();
  const measured = await runBenchmark(
    { backend: backendNamed(values.backend), card: values.card ?? null, metrics },
    {
      signal: stopped.signal,
      onMetric: (metric) => process.stderr.write(metricLine(metric)),
      env,
    },
  );
  const report = await judged({ ...measured, startedAt, endedAt: Date.now() }, env);
  keepReport(env, report);
  return {
    exitCode: report.verdict === 'fault' ? 1 : 0,
    json: report,
    text: reportText(report),
  };
}

function metricNamed(text: string): MetricName {
  const name = MetricName.safeParse(text);
  if (name.success) return name.data;
  throw new OffpeakError('host.bad-usage', {
    message: `--metric does not know "${text}".`,
    remedy: `It is one of: ${MetricName.options.join(', ')}.`,
  });
}

async function refuseWhileLending(env: NodeJS.ProcessEnv): Promise<void> {
  const host = await connectToHost(paths(env).address);
  const phase = host?.state.host.phase;
  host?.close();
  if (phase === undefined || !LENDING.includes(phase)) return;
  throw new OffpeakError('benchmark.card-busy', {
    message: 'Offpeak is lending: a job may use the card at any moment.',
  });
}

type Measured = Omit<BenchmarkReport, 'metrics' | 'verdict' | 'problems' | 'forecast'> & {
  readonly metrics: readonly Metric[];
};

/** Beside a healthy card of its kind, and beside what it did before. */
async function judged(measured: Measured, env: NodeJS.ProcessEnv): Promise<BenchmarkReport> {
  const { card } = measured;
  const conditions = { mostLink: card.kind === 'gpu' ? await mostLinkOf(card.uuid) : null };
  const metrics = measured.metrics.map((metric) => ({
    ...metric,
    ...scoreOf(metric, card, conditions),
  }));
  const { verdict, problems } = judge(metrics, conditions);
  const report = { ...measured, metrics };
  const slower = slowerThanBefore(report, knownReports(env, card.uuid));
  const isWorse = verdict === 'healthy' && slower.length > 0;
  return {
    ...report,
    verdict: isWorse ? 'watch' : verdict,
    problems: [...problems, ...slower],
    forecast: forecastOf(card, metrics),
  };
}

async function mostLinkOf(uuid: string): Promise<Link | null> {
  const { cards } = await readCards();
  const card = cards.find((one) => one.uuid === uuid);
  if (!card || card.pcieMaxGen === null || card.pcieMaxWidth === null) return null;
  return { generation: card.pcieMaxGen, lanes: card.pcieMaxWidth };
}
