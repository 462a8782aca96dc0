import type { Faults, Metric, MetricName, Observed, Sustained } from '../../contract/benchmark.ts';
import { NO_FAULTS } from '../faults.ts';
import { median } from '../figures.ts';
import type { StepWord } from './run-steps.ts';
import type { Part } from './steps.ts';

interface Loading {
  readonly name: MetricName;
  readonly unit: Metric['unit'];
  readonly perSecond: number[];
  readonly from: number;
  to: number;
}

const SECOND_MS = 1000;
/** From the fifth second to the fifteenth a card has its clocks, and is not hot yet. */
const FRESH = { from: 5, to: 15 };
const LAST_SECONDS = 60;
/** In a shorter load nothing is to be seen. */
const LEAST_SECONDS = 30;
const SLOWEST_SHARE = 0.05;

/** Makes parts of what is told while steps are done. */
export class Collector {
  readonly #parts: Part[];
  readonly #observed: (from: number, to: number) => Observed | null;
  #loading: Loading | null = null;

  /** `observed` is what the card told between two times (UTC, milliseconds). */
  constructor(kept: readonly Part[], observed: (from: number, to: number) => Observed | null) {
    this.#parts = [...kept];
    this.#observed = observed;
  }

  /** All there is now, with the load under way as far as it has come. */
  get parts(): Part[] {
    const load = this.#loading && sustainedOf(this.#loading, NO_FAULTS, this.#observed);
    return load ? [...this.#parts, { kind: 'load', load }] : [...this.#parts];
  }

  hear(word: StepWord): void {
    switch (word.kind) {
      case 'metric': {
        const { isHot, metric, from, to } = word;
        this.#parts.push({ kind: 'metric', isHot, metric, observed: this.#observed(from, to) });
        return;
      }
      case 'left':
        this.#leave(word);
        return;
      case 'second':
        this.#hearSecond(word);
        return;
      case 'loaded':
        if (this.#loading) {
          const load = sustainedOf(this.#loading, word.faults, this.#observed);
          this.#parts.push({ kind: 'load', load });
        }
        this.#loading = null;
        return;
      case 'progress':
        return;
    }
  }

  // What cannot be done cold cannot be done hot either.
  #leave({ name, reason }: Extract<StepWord, { kind: 'left' }>): void {
    const isKnown = this.#parts.some((part) => part.kind === 'left' && part.name === name);
    if (!isKnown) this.#parts.push({ kind: 'left', name, reason });
  }

  #hearSecond({ name, unit, value, at }: Extract<StepWord, { kind: 'second' }>): void {
    this.#loading ??= { name, unit, perSecond: [], from: at - SECOND_MS, to: at };
    this.#loading.perSecond.push(value);
    this.#loading.to = at;
  }
}

function sustainedOf(
  { name, unit, perSecond, from, to }: Loading,
  faults: Faults,
  observed: (from: number, to: number) => Observed | null,
): Sustained {
  const values = [...perSecond];
  const fresh = median(values.slice(FRESH.from, FRESH.to));
  const isLong = values.length >= LEAST_SECONDS && fresh > 0;
  const last = Math.min(LAST_SECONDS, Math.floor(values.length / 3));
  const slowest = values.toSorted((one, other) => one - other)[
    Math.floor(values.length * SLOWEST_SHARE)
  ];
  return {
    name,
    unit,
    perSecond: values,
    faults,
    retention: isLong ? median(values.slice(-last)) / fresh : null,
    worst: isLong ? (slowest ?? 0) / fresh : null,
    observed: observed(from, to),
  };
}
