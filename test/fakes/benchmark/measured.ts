import type { ComputeDevice } from '../../../app/benchmark/compute.ts';
import { runSteps, type StepWord } from '../../../app/benchmark/ladder/run-steps.ts';
import { type Step, stepsOf } from '../../../app/benchmark/ladder/steps.ts';
import type { Metric, MetricName } from '../../../app/contract/benchmark.ts';

interface Few {
  readonly metrics?: readonly MetricName[];
  readonly steps?: readonly Step[];
  /** Device time of one repetition. */
  readonly milliseconds: number;
  readonly beside?: () => ComputeDevice;
}

interface Told {
  readonly metrics: readonly Metric[];
  readonly left: readonly { readonly name: MetricName; readonly reason: string }[];
  readonly words: readonly StepWord[];
}

/** Does the steps of a quick run, or these, and sums up what was told. */
export async function measured(device: ComputeDevice, few: Few): Promise<Told> {
  const words: StepWord[] = [];
  await runSteps(device, {
    steps: few.steps ?? stepsOf({ level: 'quick', metrics: few.metrics ?? [] }),
    signal: new AbortController().signal,
    onWord: (word) => words.push(word),
    beside: few.beside ?? (() => device),
    milliseconds: few.milliseconds,
  });
  const metrics: Metric[] = words.flatMap((word) => (word.kind === 'metric' ? word.metric : []));
  const left = words.flatMap((word) =>
    word.kind === 'left' ? { name: word.name, reason: word.reason } : [],
  );
  return { metrics, left, words };
}
