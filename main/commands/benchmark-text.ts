import type {
  BenchmarkReport,
  Forecast,
  Metric,
  Range,
  ScoredMetric,
  Sustained,
  Verdict,
} from '../../app/contract/benchmark.ts';
import { describeCard } from './benchmark-card.ts';

const NAME_WIDTH = 16;

/** One metric on a line of its own, while it is measured. */
export function metricLine(metric: Metric, isHot = false): string {
  const { name, median, unit, spread, samples, faults } = metric;
  const figure = `${median.toPrecision(4).padStart(8)} ${unit.padEnd(6)} ±${(spread * 100).toFixed(1)} %`;
  const wrong = `${faults.count} wrong: ${faults.places.join(', ')}`;
  const parts = [
    ...(samples.length > 0 ? [figure] : []),
    ...(isHot ? ['hot'] : []),
    ...(faults.count > 0 ? [wrong] : []),
  ];
  return `${name.padEnd(NAME_WIDTH)}${parts.join(' · ')}\n`;
}

/** The whole report. */
export function reportText(report: BenchmarkReport): string {
  const { card, metrics, left, verdict, problems, forecast } = report;
  return [
    describeCard(card),
    ...metrics.map(scoredLine),
    ...report.sustained.map(sustainedLine),
    ...left.map(({ name, reason }) => `${name.padEnd(NAME_WIDTH)}–  ${reason}\n`),
    ...problems.map(({ message, remedy }) => `!! ${message}\n   ${remedy}\n`),
    `${VERDICTS[verdict]}\n`,
    forecastText(forecast),
  ].join('');
}

/** Earlier reports, newest first, one line each. */
export function historyText(reports: readonly BenchmarkReport[]): string {
  if (reports.length === 0) return 'Nothing was measured yet.\n';
  return reports
    .map(({ startedAt, card, backend, verdict, metrics }) => {
      const when = new Date(startedAt).toISOString().slice(0, 16).replace('T', ' ');
      const figures = metrics
        .filter(({ name }) => SHOWN.includes(name))
        .map(({ name, median, unit }) => `${name} ${median.toPrecision(3)} ${unit}`);
      return `${when}  ${card.name} (${backend})  ${verdict}  ${figures.join(' · ')}\n`;
    })
    .join('');
}

const MODEL_WIDTH = 23;

function forecastText({ why, models, sdxlStepsPerSecond: steps }: Forecast): string {
  const [first] = models;
  if (why !== null || first === undefined) return '';
  const images = steps
    ? `  ${'SDXL, 1024 x 1024'.padEnd(MODEL_WIDTH)}${steps.low.toFixed(1)} to ${steps.high.toFixed(1)} steps/s\n`
    : '';
  return `For one user it would make, by llama.cpp with ${first.contextTokens} tokens in the context:\n${models.map(modelLine).join('')}${images}`;
}

function modelLine(model: Forecast['models'][number]): string {
  const { name, quantization, fits, decodePerSecond: made, prefillPerSecond: read } = model;
  const span = ({ low, high }: Range) => `${low.toFixed(0)} to ${high.toFixed(0)}`;
  const parts = [
    ...(made ? [`${span(made)} tokens/s`] : []),
    ...(read ? [`and read ${span(read)} of a prompt`] : []),
  ];
  const said = fits ? parts.join(', ') : 'does not fit';
  return `  ${`${name} ${quantization}`.padEnd(MODEL_WIDTH)}${said}\n`;
}

const SHOWN: readonly string[] = ['memory-read', 'fp32', 'fp16-fp32', 'pcie-to-card'];

const VERDICTS: Readonly<Record<Verdict, string>> = {
  healthy: 'Healthy: every result was right, and it is as fast as a healthy card like it.',
  watch: 'Every result was right, but something is slow.',
  fault: 'RESULTS WERE WRONG: this card must not be lent.',
  unknown: 'Every result was right. Its speed cannot be judged.',
};

function scoredLine(metric: ScoredMetric): string {
  const { ratio, reference, unit, hot, median } = metric;
  const parts = [
    ...(ratio === null || reference === null
      ? []
      : [`${percent(ratio)} of ${reference.toPrecision(3)} ${unit}`]),
    ...(hot === null || median === 0 ? [] : [`hot ${percent(hot / median)} of that`]),
  ];
  return metricLine(metric).replace('\n', `${parts.map((part) => ` · ${part}`).join('')}\n`);
}

function sustainedLine({ perSecond, retention, worst, observed }: Sustained): string {
  const { temperatureC = null, powerWatts = null } = observed ?? {};
  const parts = [
    `${perSecond.length} s`,
    ...(retention === null ? [] : [`${percent(retention)} of its speed left`]),
    ...(worst === null ? [] : [`${percent(worst)} in the slowest seconds`]),
    ...(temperatureC === null ? [] : [`${temperatureC} °C`]),
    ...(powerWatts === null ? [] : [`${Math.round(powerWatts)} W`]),
  ];
  return `${'under load'.padEnd(NAME_WIDTH)}${parts.join(' · ')}\n`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
