import { measureCard } from '../../app/benchmark/measure-card.ts';
import { Level, MetricName } from '../../app/contract/benchmark.ts';
import { OffpeakError } from '../../app/contract/errors.ts';
import type { Phase } from '../../app/contract/phase.ts';
import { openCardReader } from '../../app/gpu/cards.ts';
import { connectToHost } from '../../app/serve/remote-host.ts';
import { backendNamed } from './benchmark-card.ts';
import { benchmarkHistory, keeperFor } from './benchmark-history.ts';
import { ProgressLine } from './benchmark-progress.ts';
import { metricLine, reportText } from './benchmark-text.ts';
import { sweep } from './sweep.ts';
import { type CliContext, type CliResult, paths } from './context.ts';

/** In these a job may run on the card, or come at any moment. */
const LENDING: readonly Phase[] = ['preparing', 'available', 'working', 'yielding'];

/**
 * `offpeak benchmark`: measures a card with kernels that check themselves. Exit 0 only when every result
 * was right.
 */
export async function benchmark(context: CliContext): Promise<CliResult> {
  const { values, env } = context;
  if (values.history === true) return benchmarkHistory({ values, env });
  if (values.sweep === true) return sweep(context);
  const request = {
    level: levelNamed(values),
    metrics: (values.metric ?? MetricName.options).map(metricNamed),
    backend: backendNamed(values.backend),
    card: values.card ?? null,
    isResumed: values.resume === true,
  };
  refuseOtherPlan(values);
  await refuseWhileInUse(env);
  const stopped = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => stopped.abort());
  const line = new ProgressLine(process.stderr);
  try {
    const report = await measureCard(request, {
      signal: stopped.signal,
      keeper: keeperFor(env),
      reader: openCardReader({ env }),
      onMetric: (metric, isHot) => line.print(metricLine(metric, isHot)),
      onProgress: (progress) => line.show(progress),
      env,
    });
    return {
      exitCode: report.verdict === 'fault' ? 1 : 0,
      json: report,
      text: reportText(report),
    };
  } finally {
    line.clear();
  }
}

/** Throws `host.bad-usage`. */
function levelNamed(values: CliContext['values']): Level {
  const [level = 'quick', other] = Level.options.filter((name) => values[name] === true);
  if (other === undefined) return level;
  throw new OffpeakError('host.bad-usage', {
    message: `--${level} and --${other} exclude each other.`,
    remedy: 'Name one level.',
  });
}

/** A run is gone on with as it was begun. Throws `host.bad-usage`. */
function refuseOtherPlan({ resume, metric, backend }: CliContext['values']): void {
  if (resume !== true || (metric === undefined && backend === undefined)) return;
  throw new OffpeakError('host.bad-usage', {
    message: '--resume goes on with the metrics and the back end that the run was begun with.',
    remedy: 'Leave out --metric and --backend.',
  });
}

function metricNamed(text: string): MetricName {
  const name = MetricName.safeParse(text);
  if (name.success) return name.data;
  throw new OffpeakError('host.bad-usage', {
    message: `--metric does not know "${text}".`,
    remedy: `It is one of: ${MetricName.options.join(', ')}.`,
  });
}

async function refuseWhileInUse(env: NodeJS.ProcessEnv): Promise<void> {
  const host = await connectToHost(paths(env).address);
  if (host === null) return;
  const { phase } = host.state.host;
  const { running } = host.state.benchmark;
  host.close();
  if (running !== null) {
    throw new OffpeakError('benchmark.card-busy', {
      message: 'Offpeak is measuring a card already.',
      remedy: 'Wait until that has come to its end, or stop it (Graphics cards).',
    });
  }
  if (!LENDING.includes(phase)) return;
  throw new OffpeakError('benchmark.card-busy', {
    message: 'Offpeak is lending: a job may use the card at any moment.',
  });
}
