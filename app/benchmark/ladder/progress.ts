import type { BenchmarkProgress } from '../../contract/benchmark.ts';
import { secondsOf, type Step, stepsOf, type Wanted } from './steps.ts';

/** Turns the progress of steps into that of the run. */
export class Progress {
  readonly #steps: readonly Step[];
  readonly #whole: number;

  constructor(wanted: Wanted, steps: readonly Step[]) {
    this.#steps = steps;
    const whole = sum(stepsOf(wanted));
    this.#whole = Math.max(whole, sum(steps));
  }

  at({ step, share }: { readonly step: number; readonly share: number }): BenchmarkProgress {
    const current = this.#steps[step];
    const rest = sum(this.#steps.slice(step + 1));
    const remaining = rest + (current ? (1 - share) * secondsOf(current) : 0);
    return {
      share: this.#whole === 0 ? 1 : Math.max(0, 1 - remaining / this.#whole),
      remainingSeconds: Math.ceil(remaining),
      now: current?.kind === 'metric' ? current.name : 'load',
    };
  }
}

function sum(steps: readonly Step[]): number {
  return steps.reduce((seconds, step) => seconds + secondsOf(step), 0);
}
