import { describe, expect, it } from 'vitest';
import type { OpenRun } from '../../../app/benchmark/open-runs.ts';
import { makeReport } from '../../../app/benchmark/report.ts';
import { BenchmarkReport, type Metric } from '../../../app/contract/benchmark.ts';
import { facts, metric, observed, sustained } from '../../fakes/benchmark/reports.ts';

const WRONG = { count: 1, wrongBits: 0, places: ['multiprocessor 3'] };
const setting = {
  conditions: { mostLink: { generation: 4, lanes: 16 }, powerDefaultWatts: 450 },
  earlier: [],
  endedAt: 300_000,
};

function run(changes: Partial<OpenRun> = {}): OpenRun {
  return {
    card: facts(),
    backend: 'cuda',
    startedAt: 0,
    level: 'health',
    metrics: ['fp32'],
    disturbedBy: [],
    parts: [measured(metric('fp32', 85)), { kind: 'load', load: sustained() }],
    ...changes,
  };
}

const measured = (one: Metric, isHot = false) =>
  ({ kind: 'metric', isHot, metric: one, observed: observed() }) as const;

describe('a report', () => {
  it('shows what was measured cold and hot, under load, and what could not be', () => {
    const { parts } = run();
    const left = { kind: 'left', name: 'int8', reason: 'too old' } as const;
    const report = makeReport(
      run({ parts: [...parts, measured(metric('fp32', 80), true), left] }),
      setting,
    );
    expect(BenchmarkReport.parse(report)).toEqual(report);
    expect(report).toMatchObject({
      level: 'health',
      startedAt: 0,
      endedAt: 300_000,
      metrics: [{ name: 'fp32', median: 85, hot: 80, observed: observed() }],
      sustained: [{ retention: 1 }],
      left: [{ name: 'int8', reason: 'too old' }],
      verdict: 'healthy',
      problems: [],
    });
    expect(report.metrics[0]?.efficiency).toBeGreaterThan(0.9);
  });

  it('minds a result that was wrong only when the card was hot', () => {
    const { parts } = run();
    const hot = measured(metric('fp32', 80, { faults: WRONG }), true);
    const { verdict, metrics } = makeReport(run({ parts: [...parts, hot] }), setting);
    expect([verdict, metrics[0]?.faults]).toEqual(['fault', WRONG]);
  });

  it('does not mind that a processor becomes slower', () => {
    const load = { kind: 'load', load: sustained({ retention: 0.7, observed: null }) } as const;
    const parts = [measured(metric('fp32', 85)), load];
    expect(makeReport(run({ parts }), setting).problems).toMatchObject([{ code: 'slows-down' }]);
    const card = facts({ kind: 'cpu' });
    const { problems, sustained: kept } = makeReport(run({ parts, card }), setting);
    expect(problems).toEqual([]);
    expect(kept[0]?.retention).toBe(0.7);
  });

  it('is compared with earlier ones, unless something else used the card', () => {
    const earlier = [makeReport(run(), setting), makeReport(run(), setting)];
    const slow = run({ parts: [measured(metric('fp32', 78))] });
    const { verdict, problems } = makeReport(slow, { ...setting, earlier });
    expect([verdict, problems[0]?.code]).toEqual(['watch', 'slower-than-before']);
    const disturbed = { ...slow, disturbedBy: ['ollama computes on the card.'] };
    const other = makeReport(disturbed, { ...setting, earlier });
    expect(other.problems.map(({ code }) => code)).toEqual(['disturbed']);
    expect(other.verdict).toBe('unknown');
  });
});
