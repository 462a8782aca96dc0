import type { BenchmarkReport, Finding, ScoredMetric, Verdict } from '../../contract/benchmark.ts';
import { causeOf } from './causes.ts';
import { lastingOf } from './lasting.ts';
import { type Link, linkPeak } from './peaks.ts';
import type { Conditions } from './score.ts';

/** At least this share of what a healthy card delivers is healthy. */
const HEALTHY = 0.9;
/** So much scatter of the repetitions, and there is no verdict (median deviation; links scatter more). */
const NOISY = 0.02;
const NOISY_LINK = 0.05;

const DISTURBED: Omit<Finding, 'message'> = {
  code: 'disturbed',
  remedy: 'Close it and measure again: what it takes away cannot be told from what the card lacks.',
};

const WRONG: Omit<Finding, 'message'> = {
  code: 'wrong-results',
  remedy:
    'Do not lend it. Take back overclocking and undervolting, let it cool, and measure again.',
};

/** What was measured, as far as it is judged. */
export type Evidence = Pick<BenchmarkReport, 'metrics' | 'sustained' | 'disturbedBy'>;

/** What the figures say together, and what is wrong, the gravest first. Pure. */
export function judge(
  { metrics, sustained, disturbedBy }: Evidence,
  conditions: Conditions,
): { verdict: Verdict; problems: Finding[] } {
  const wrong = [...metrics, ...sustained].filter(({ faults }) => faults.count > 0);
  const noisy = metrics.filter(isNoisy);
  const steady = metrics.filter((metric) => !isNoisy(metric));
  const slow = [
    ...steady.flatMap((metric) => slownessOf(metric, conditions) ?? []),
    ...sustained.flatMap((load) => lastingOf(load, conditions) ?? []),
  ];
  const problems = [
    ...wrong.map(({ name, faults }) => ({
      ...WRONG,
      message: `Results of ${name} were wrong: ${faults.places.join(', ')}.`,
    })),
    ...onePerCode(slow),
    ...(noisy.length === 0 ? [] : [noiseOf(noisy)]),
    ...disturbedBy.map((message) => ({ ...DISTURBED, message })),
  ];
  const isJudged = disturbedBy.length === 0 && steady.some(({ ratio }) => ratio !== null);
  return { verdict: verdictOf({ wrong, slow, isJudged }), problems };
}

function verdictOf(of: {
  wrong: readonly unknown[];
  slow: readonly unknown[];
  isJudged: boolean;
}): Verdict {
  if (of.wrong.length > 0) return 'fault';
  if (!of.isJudged) return 'unknown';
  return of.slow.length > 0 ? 'watch' : 'healthy';
}

function isLink({ name }: ScoredMetric): boolean {
  return name.startsWith('pcie-');
}

function isNoisy(metric: ScoredMetric): boolean {
  return metric.spread > (isLink(metric) ? NOISY_LINK : NOISY);
}

function slownessOf(metric: ScoredMetric, conditions: Conditions): Finding | null {
  const { name, ratio } = metric;
  if (ratio === null || ratio >= HEALTHY) return null;
  if (isLink(metric)) return narrowLink(metric, conditions.mostLink);
  const much = `${Math.round((1 - ratio) * 100)} % slower than that of a healthy card like it`;
  if (name.startsWith('memory-')) return slowMemory(metric, much);
  const what = `Its work at ${name} is ${much}`;
  const cause = causeOf(metric.observed, conditions);
  if (cause !== null) return { ...cause.finding, message: `${what}: ${cause.finding.message}.` };
  return {
    code: 'slow-chip',
    message: `${what}${unexplained(metric)}.`,
    remedy:
      'Look at its power limit and its heat (Graphics cards), close what else uses it, and measure again.',
  };
}

function slowMemory(metric: ScoredMetric, much: string): Finding {
  const clock = metric.observed?.memoryClockMhz ?? null;
  const isClock = clock !== null && metric.efficiency !== null && metric.efficiency >= HEALTHY;
  return {
    code: 'slow-memory',
    message: `Its memory is ${much}${isClock ? `: it runs at ${clock} MHz only` : unexplained(metric)}.`,
    remedy:
      'Close what else uses the card and measure again; take back a lowered memory clock. Under Windows, memory that spills into the computer’s does the same.',
  };
}

// Slow even for the clocks that it ran at: no limit and no heat does that.
function unexplained({ efficiency }: ScoredMetric): string {
  return efficiency !== null && efficiency < HEALTHY ? ', and its clocks do not explain it' : '';
}

const LANES: readonly number[] = [1, 2, 4, 8, 16];
/** A link carries at most this share of its peak as data. */
const CARRIED = 0.93;

// Lanes that do not make contact, or a slot with fewer of them, are the usual cause.
function narrowLink({ median }: ScoredMetric, most: Link | null): Finding {
  return {
    code: 'narrow-link',
    message: `Its link moves ${median.toFixed(1)} GB/s${most ? insteadOf(most, median) : ''}. Jobs start more slowly; once started they hardly notice.`,
    remedy:
      'Put it into the slot next to the processor, without a riser, and look at the lanes and the generation set in the firmware.',
  };
}

function insteadOf({ generation, lanes }: Link, median: number): string {
  const seen = LANES.find(
    (few) => ((linkPeak({ generation, lanes: few }) ?? 0) * CARRIED) / 1e9 >= median,
  );
  const name = `PCIe ${generation}.0`;
  return seen === undefined || seen >= lanes
    ? `, less than ${name} x${lanes} should`
    : `, no more than ${name} x${seen} carries, instead of x${lanes}`;
}

function noiseOf(noisy: readonly ScoredMetric[]): Finding {
  return {
    code: 'noisy',
    message: `The repetitions differ too much to judge by: ${noisy.map(({ name }) => name).join(', ')}.`,
    remedy: 'Something else used the card or the computer. Close it and measure again.',
  };
}

// Reading and copying say the same of one memory: the first of a kind stands for it.
function onePerCode(findings: readonly Finding[]): Finding[] {
  return findings.filter(
    ({ code }, index) => findings.findIndex((one) => one.code === code) === index,
  );
}
