import type { CommandOutput } from '../../../app/contract/commands.ts';
import type { BenchmarkReport, ScoredMetric, Sustained } from '../../../app/contract/benchmark.ts';
import type { SweepReport } from '../../../app/contract/sweep.ts';
import { facts, metric, observed, sustained, unscored } from '../../fakes/benchmark/reports.ts';

const HOUR_MS = 3_600_000;

const scored = (
  name: ScoredMetric['name'],
  median: number,
  reference: number | null,
): ScoredMetric =>
  unscored(metric(name, median), {
    reference,
    ratio: reference === null ? null : median / reference,
    hot: median * 0.98,
    observed: observed(),
  });

/** A report of the health level, five hours old, of a card that does as it should. */
export function aReport(changes: Partial<BenchmarkReport> = {}): BenchmarkReport {
  const startedAt = Date.now() - 5 * HOUR_MS;
  return {
    card: facts(),
    backend: 'cuda',
    level: 'health',
    startedAt,
    endedAt: startedAt + 290_000,
    metrics: [
      scored('memory-read', 941, 937),
      scored('memory-copy', 833, 837),
      scored('fp32', 85.1, 80.9),
      scored('fp16-fp16', 331, 320),
      scored('fp16-fp32', 166, 160),
      scored('int8', 664, 641),
      scored('pcie-to-card', 26.8, 27.4),
      scored('memory-test', 712, null),
    ],
    sustained: [sustained({ retention: 0.97 })],
    disturbedBy: [],
    left: [],
    verdict: 'healthy',
    problems: [],
    forecast: { why: 'not asked', models: [], sdxlStepsPerSecond: null },
    ...changes,
  };
}

/** The same card a year later: hot, and in the wrong slot. */
export function aSlowReport(load: Partial<Sustained> = {}): BenchmarkReport {
  return aReport({
    metrics: [
      scored('memory-read', 930, 937),
      scored('fp32', 63.8, 80.9),
      scored('fp16-fp32', 121, 160),
      scored('pcie-to-card', 6.4, 27.4),
    ],
    sustained: [sustained({ retention: 0.74, observed: observed({ temperatureC: 88 }), ...load })],
    verdict: 'watch',
    problems: [
      {
        code: 'slowed-by-heat',
        message:
          'Under load it goes down to 74% of its speed after 90 s: it slowed itself down for heat, at 88 °C.',
        remedy: 'Clean its fans and filters, and see that air gets into and out of the case.',
      },
      {
        code: 'narrow-link',
        message:
          'Its link moves 6.4 GB/s, no more than PCIe 4.0 x4 carries, instead of x16. Jobs start more slowly; once started they hardly notice.',
        remedy:
          'Put it into the slot next to the processor, without a riser, and look at the lanes and the generation set in the firmware.',
      },
    ],
  });
}

/** What `benchmark.history` answers: this report, and the same card before. */
export function historyOf(
  latest: BenchmarkReport | null,
  open: CommandOutput<'benchmark.history'>['open'] = [],
  sweep: SweepReport | null = null,
): CommandOutput<'benchmark.history'> {
  const before =
    latest === null
      ? []
      : [30, 61].map((days) => aReport({ startedAt: Date.now() - days * 24 * HOUR_MS }));
  return { latest, earlier: before, open, sweep };
}
