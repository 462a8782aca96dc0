import { z } from 'zod';
import { Faults, Metric, MetricName } from '../../contract/benchmark.ts';
import type { ComputeDevice } from '../compute.ts';
import { figuresOf, unitOf } from '../figures.ts';
import { type Effort, measure } from '../measure.ts';
import { sustainedLoad } from './load.ts';
import { REPETITION_SECONDS, type Step } from './steps.ts';

/** What is told while steps are done; times are UTC, in milliseconds. */
export const StepWord = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), step: z.number().int(), share: z.number() }),
  z.object({
    kind: z.literal('metric'),
    isHot: z.boolean(),
    metric: Metric,
    from: z.number(),
    to: z.number(),
  }),
  z.object({ kind: z.literal('left'), name: MetricName, reason: z.string() }),
  /** A second of a load. */
  z.object({
    kind: z.literal('second'),
    name: MetricName,
    unit: Metric.shape.unit,
    value: z.number(),
    at: z.number(),
  }),
  z.object({ kind: z.literal('loaded'), faults: Faults }),
]);
export type StepWord = z.infer<typeof StepWord>;

export interface StepsRun {
  readonly steps: readonly Step[];
  readonly signal: AbortSignal;
  readonly onWord: (word: StepWord) => void;
  /** The same card once more, with a queue of its own: for what is done beside something else. */
  readonly beside: () => ComputeDevice;
  /** Device time of one repetition; 300 unless a test is in a hurry. */
  readonly milliseconds?: number;
}

/** Makes the data: the same for every run, or power and clocks could not be compared. */
export const SEED = 20_260_101;
/** A card that slept needs this long to reach its clocks, in repetitions. */
const WARM_UP = 10;

/**
 * Does each step in turn. After a wrong result the card is not loaded any more: what is left is short.
 * Throws what `measure` throws.
 */
export async function runSteps(device: ComputeDevice, run: StepsRun): Promise<void> {
  const state = { isWarm: false, isWrong: false };
  for (const [index, step] of run.steps.entries()) {
    const onShare = (share: number): void =>
      run.onWord({ kind: 'progress', step: index, share: Math.min(1, share) });
    onShare(0);
    const isHeating = step.kind === 'load' || step.isHot;
    if (!(isHeating && state.isWrong)) await doStep(device, step, { run, state, onShare });
    onShare(1);
  }
}

interface Doing {
  readonly run: StepsRun;
  readonly state: { isWarm: boolean; isWrong: boolean };
  readonly onShare: (share: number) => void;
}

async function doStep(device: ComputeDevice, step: Step, doing: Doing): Promise<void> {
  if (step.kind === 'load') await load(device, step, doing);
  else await measureMetric(device, step, doing);
}

async function measureMetric(
  device: ComputeDevice,
  { name, repetitions, isHot }: Extract<Step, { kind: 'metric' }>,
  { run, state, onShare }: Doing,
): Promise<void> {
  const workload = device.prepare(name, SEED);
  if ('unable' in workload) {
    run.onWord({ kind: 'left', name, reason: workload.unable });
    return;
  }
  try {
    const milliseconds = run.milliseconds ?? REPETITION_SECONDS * 1000;
    let done = 0;
    const effort: Effort = { repetitions, milliseconds, signal: run.signal };
    const onSample = (): void => onShare((done += 1) / repetitions);
    const warmUp = state.isWarm
      ? null
      : await measure(workload, { ...effort, repetitions: WARM_UP });
    state.isWarm = true;
    const from = Date.now();
    const isWrong = warmUp !== null && warmUp.faults.count > 0;
    const { samples, faults } = isWrong ? warmUp : await measure(workload, { ...effort, onSample });
    if (faults.count > 0) state.isWrong = true;
    const metric = { ...figuresOf(name, samples), faults };
    run.onWord({ kind: 'metric', isHot, metric, from, to: Date.now() });
  } finally {
    workload.release();
  }
}

async function load(
  device: ComputeDevice,
  { seconds }: Extract<Step, { kind: 'load' }>,
  { run, state, onShare }: Doing,
): Promise<void> {
  const beside = run.beside();
  let done = 0;
  try {
    const faults = await sustainedLoad(
      { computing: beside, copying: device },
      {
        seconds,
        seed: SEED,
        signal: run.signal,
        onSecond(name, perSecond) {
          const { unit, size } = unitOf(name);
          run.onWord({ kind: 'second', name, unit, value: perSecond / size, at: Date.now() });
          onShare((done += 1) / seconds);
        },
      },
    );
    if (faults.count > 0) state.isWrong = true;
    run.onWord({ kind: 'loaded', faults });
  } finally {
    beside.close();
  }
}
