import type { Faults, MetricName } from '../../../app/contract/benchmark.ts';
import type { ComputeDevice, Launch, Workload } from '../../../app/benchmark/compute.ts';

export const RIGHT: Faults = { count: 0, wrongBits: 0, places: [] };
export const WRONG: Faults = { count: 3, wrongBits: 4, places: ['byte 0x40 of block 1'] };

/** How a scripted kind of work goes. */
export interface WorkScript {
  readonly metric?: MetricName;
  readonly millisecondsPerRound?: number;
  /** What each check finds, one after the other; nothing after that. */
  readonly checks?: readonly Faults[];
  /** Launches never end. */
  readonly hangs?: boolean;
  /** They really take the time that they say. */
  readonly lasts?: boolean;
}

/** Work that does nothing but say how long it took, and that writes down what was asked of it. */
export class ScriptedWork implements Workload {
  readonly metric: MetricName;
  readonly perRound = 1000;
  readonly launched: number[] = [];
  readonly #script: WorkScript;
  #checks = 0;
  #open = 0;
  mostInFlight = 0;
  isReleased = false;

  constructor(script: WorkScript = {}) {
    this.metric = script.metric ?? 'fp32';
    this.#script = script;
  }

  launch(rounds: number): Launch {
    this.launched.push(rounds);
    this.#open += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.#open);
    const { hangs = false, lasts = false, millisecondsPerRound = 1 } = this.#script;
    const taken = rounds * millisecondsPerRound;
    const end = lasts ? performance.now() + taken : 0;
    return {
      isDone: () => !hangs && performance.now() >= end,
      milliseconds: () => taken,
      release: () => void (this.#open -= 1),
    };
  }

  check(): Faults {
    return this.#script.checks?.[this.#checks++] ?? RIGHT;
  }

  release(): void {
    this.isReleased = true;
  }
}

/** A card that offers these kinds of work, and says that it cannot do the others. */
export function scriptedDevice(works: readonly ScriptedWork[]): ComputeDevice {
  return {
    facts: {
      name: 'Scripted card',
      uuid: 'GPU-1',
      kind: 'gpu',
      platform: null,
      computeCapability: [8, 9],
      multiprocessors: 4,
      memoryBytes: 8 * 1024 ** 3,
      l2Bytes: null,
      clockMhz: 2520,
      memoryClockMhz: null,
      memoryBusBits: null,
      driverCuda: 12_080,
    },
    prepare: (metric) =>
      works.find((work) => work.metric === metric) ?? { unable: `no ${metric} in this script` },
    close: () => undefined,
  };
}
