import { z } from 'zod';
import { type Level, Metric, MetricName, Observed, Sustained } from '../../contract/benchmark.ts';

/** One thing that a run does. */
export const Step = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('metric'),
    name: MetricName,
    repetitions: z.number().int(),
    /** Right after the load. */
    isHot: z.boolean(),
  }),
  z.object({ kind: z.literal('load'), seconds: z.number() }),
]);
export type Step = z.infer<typeof Step>;

/** What came of a step, or of the seconds of a load until it was stopped. */
export const Part = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('metric'),
    isHot: z.boolean(),
    metric: Metric,
    observed: Observed.nullable(),
  }),
  z.object({ kind: z.literal('left'), name: MetricName, reason: z.string() }),
  z.object({ kind: z.literal('load'), load: Sustained }),
]);
export type Part = z.infer<typeof Part>;

const REPETITIONS = 7;
/** Device time of one repetition. */
export const REPETITION_SECONDS = 0.3;
/** Memory is taken and the length of a launch found before each measurement. */
const PREPARING_SECONDS = 0.2;
/** After a pause the card has cooled: so long it is loaded before what is to be measured hot. */
const HEATING_SECONDS = 60;

interface Lengths {
  readonly memoryTestSeconds: number;
  readonly loadSeconds: number;
  /** A load that shows when throttling begins has to be one; a soak may be done in pieces. */
  readonly mayPause: boolean;
}

const LENGTHS: Readonly<Record<Level, Lengths>> = {
  quick: { memoryTestSeconds: 2, loadSeconds: 0, mayPause: false },
  health: { memoryTestSeconds: 60, loadSeconds: 180, mayPause: false },
  soak: { memoryTestSeconds: 90, loadSeconds: 1_060, mayPause: true },
};

/** What is to be measured. */
export interface Wanted {
  readonly level: Level;
  readonly metrics: readonly MetricName[];
}

/** All steps of a run: measure, load until it is hot, and measure again. */
export function stepsOf(wanted: Wanted): Step[] {
  return stepsAfter(wanted, []).steps;
}

/**
 * What is still to be done after a run that was stopped, and which of its parts still count. A load that
 * may not pause, and what follows it, is done again.
 */
export function stepsAfter(
  { level, metrics }: Wanted,
  parts: readonly Part[],
): { steps: Step[]; kept: Part[] } {
  const { loadSeconds, mayPause } = LENGTHS[level];
  const isLeft = (name: MetricName): boolean =>
    parts.some((part) => part.kind === 'left' && part.name === name);
  const isMeasured = (name: MetricName, isHot: boolean): boolean =>
    parts.some(
      (part) => part.kind === 'metric' && part.metric.name === name && part.isHot === isHot,
    );
  const able = metrics.filter((name) => !isLeft(name));
  const cold = able.filter((name) => !isMeasured(name, false));
  const hot = loadSeconds === 0 ? [] : able.filter(changesHot);
  const hotLeft = hot.filter((name) => !isMeasured(name, true));
  const loaded = parts.reduce((sum, part) => sum + secondsLoaded(part), 0);
  const isWhole = loaded >= loadSeconds && hotLeft.length === 0;
  const drops = !isWhole && !mayPause;
  const kept = drops ? parts.filter((part) => part.kind !== 'load' && !isHotPart(part)) : parts;
  const least = hotLeft.length > 0 ? HEATING_SECONDS : 0;
  const seconds = drops ? loadSeconds : Math.max(loadSeconds - loaded, least);
  return {
    kept: [...kept],
    steps: [
      ...cold.map((name) => metricStep(level, name, false)),
      ...(isWhole || loadSeconds === 0 ? [] : [{ kind: 'load' as const, seconds }]),
      ...(drops ? hot : hotLeft).map((name) => metricStep(level, name, true)),
    ],
  };
}

/** About how long a step takes. */
export function secondsOf(step: Step): number {
  return step.kind === 'load'
    ? step.seconds
    : step.repetitions * REPETITION_SECONDS + PREPARING_SECONDS;
}

function metricStep(level: Level, name: MetricName, isHot: boolean): Step {
  const seconds = name === 'memory-test' ? LENGTHS[level].memoryTestSeconds : 0;
  const repetitions = Math.max(REPETITIONS, Math.round(seconds / REPETITION_SECONDS));
  return { kind: 'metric', name, repetitions, isHot };
}

// Heat changes neither the link nor what memory holds.
function changesHot(name: MetricName): boolean {
  return !name.startsWith('pcie-') && name !== 'memory-test';
}

function secondsLoaded(part: Part): number {
  return part.kind === 'load' ? part.load.perSecond.length : 0;
}

function isHotPart(part: Part): boolean {
  return part.kind === 'metric' && part.isHot;
}
