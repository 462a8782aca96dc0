import { DeviceFault } from '../../app/benchmark/compute.ts';
import { openDevice } from '../../app/benchmark/open-device.ts';
import { quickBenchmark } from '../../app/benchmark/quick.ts';
import { type BenchmarkReport, type Metric, MetricName } from '../../app/contract/benchmark.ts';
import { OffpeakError } from '../../app/contract/errors.ts';
import type { Phase } from '../../app/contract/phase.ts';
import { connectToHost } from '../../app/serve/remote-host.ts';
import { backendNamed, describeCard } from './benchmark-card.ts';
import { type CliContext, type CliResult, paths } from './context.ts';

/** In these a job may run on the card, or come at any moment. */
const LENDING: readonly Phase[] = ['preparing', 'available', 'working', 'yielding'];

/**
 * `offpeak benchmark`: measures a card with kernels that check themselves. Exit 0 only when every result
 * was right. It computes in this process: nothing that Offpeak runs can be harmed by a driver that hangs.
 */
export async function benchmark({ values, env }: CliContext): Promise<CliResult> {
  const metrics = (values.metric ?? MetricName.options).map(metricNamed);
  await refuseWhileLending(env);
  const { backend, device } = openDevice({
    backend: backendNamed(values.backend),
    card: values.card ?? null,
  });
  const stopped = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => stopped.abort());
  const startedAt = Date.now();
  const onMetric = (metric: Metric) => process.stderr.write(line(metric));
  try {
    const run = { metrics, signal: stopped.signal, onMetric };
    const report: BenchmarkReport = {
      card: device.facts,
      backend,
      startedAt,
      ...(await quickBenchmark(device, run)),
      endedAt: Date.now(),
    };
    device.close();
    const isRight = report.metrics.every(({ faults }) => faults.count === 0);
    return { exitCode: isRight ? 0 : 1, json: report, text: describe(report, isRight) };
  } catch (error) {
    if (!(error instanceof DeviceFault)) throw error;
    const message = `The card stopped working in the middle of the benchmark: ${error.message}.`;
    throw new OffpeakError('benchmark.device-fault', { message, cause: error });
  }
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

function describe({ card, metrics, left }: BenchmarkReport, isRight: boolean): string {
  return [
    describeCard(card),
    ...metrics.map(line),
    ...left.map(({ name, reason }) => `${name.padEnd(WIDTH)}–  ${reason}\n`),
    isRight ? 'Every result was right.\n' : 'RESULTS WERE WRONG: this card must not be lent.\n',
  ].join('');
}

const WIDTH = 16;

function line({ name, median, unit, spread, samples, faults }: Metric): string {
  const figure = `${median.toPrecision(4).padStart(8)} ${unit.padEnd(6)} ±${(spread * 100).toFixed(1)} %`;
  const wrong = `${faults.count} wrong: ${faults.places.join(', ')}`;
  const parts = [...(samples.length > 0 ? [figure] : []), ...(faults.count > 0 ? [wrong] : [])];
  return `${name.padEnd(WIDTH)}${parts.join(' · ')}\n`;
}
