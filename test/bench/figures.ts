/** One measured number; its baseline was measured in the same run, so that machines can be compared. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The same without Offpeak; null where there is no such thing. */
  readonly baseline: number | null;
  readonly ratio: number | null;
  /** What it may be at most (or at least), in words. */
  readonly budget: string | null;
}

/** What a subject measures with. */
export interface Bench {
  /** As little as shows that everything still works; the numbers mean nothing. */
  readonly quick: boolean;
  /** Adds a figure. */
  note(
    name: string,
    value: number,
    unit: string,
    more?: Partial<Pick<Figure, 'baseline' | 'budget'>>,
  ): void;
  /** Says something on standard error, such as why a part is left out. */
  say(text: string): void;
}

/** Figures of a whole run, in order. */
export class Figures implements Bench {
  readonly quick: boolean;
  readonly all: Figure[] = [];
  readonly say: (text: string) => void;

  constructor(quick: boolean, say: (text: string) => void) {
    this.quick = quick;
    this.say = say;
  }

  note(
    name: string,
    value: number,
    unit: string,
    { baseline = null, budget = null }: Partial<Pick<Figure, 'baseline' | 'budget'>> = {},
  ): void {
    const ratio = baseline === null || baseline === 0 ? null : value / baseline;
    this.all.push({ name, value, unit, baseline, ratio, budget });
  }
}

/** One line of the table. */
export function rowOf({ name, value, unit, baseline, ratio, budget }: Figure): string {
  const against =
    baseline === null || ratio === null
      ? ''
      : `${ratio.toFixed(2)} x the bare ${baseline.toFixed(1)}, ${signed(value - baseline)} ${unit}`;
  const limit = budget === null ? '' : `[${budget}]`;
  const number = `${value.toFixed(1).padStart(10)} ${unit.padEnd(12)}`;
  return `${name.padEnd(50)} ${number} ${against} ${limit}`.trimEnd();
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(1)}`;
}

/** Milliseconds that each of so many runs takes, after one that does not count. */
export async function times(runs: number, work: () => unknown): Promise<number[]> {
  await work();
  const all: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const started = performance.now();
    await work();
    all.push(performance.now() - started);
  }
  return all;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
