import type { DeviceFacts, Faults, MetricName } from '../contract/benchmark.ts';

/*
 * What a back end (CUDA, OpenCL) offers. All calls are synchronous and short: a CUDA
 * context belongs to one thread, and the caller stays able to hear "stop" between any two of them.
 */

/** One launch that was queued. */
export interface Launch {
  isDone(): boolean;
  /** Time on the device; only once it is done. */
  milliseconds(): number;
  /** Frees its events; the work itself goes on. */
  release(): void;
}

/** One kind of work, with all its memory allocated. */
export interface Workload {
  readonly metric: MetricName;
  /** What one round moves (bytes) or computes (operations; an FMA is two). */
  readonly perRound: number;
  /** Queues one launch of so many rounds, at least 1; launches of one device run one after another. */
  launch(rounds: number): Launch;
  /**
   * What was wrong in all launches since the last check. Waits for what is queued (at most the two
   * launches of 30 ms that are ever in flight). A workload that did nothing is a fault as well.
   */
  check(): Faults;
  release(): void;
}

/** Why a device cannot do a kind of work: "needs a driver for CUDA 12.4". */
export interface Unable {
  readonly unable: string;
}

export const NO_MEMORY: Unable = { unable: 'there is not enough free memory on the card' };

/** Why there is no device: a code of the error table. */
export interface NoDevice {
  readonly code:
    | 'benchmark.no-cuda'
    | 'benchmark.no-device'
    | 'benchmark.card-busy'
    | 'benchmark.driver-mismatch'
    | 'benchmark.no-opencl'
    | 'benchmark.no-opencl-device';
}

export interface ComputeDevice {
  readonly facts: DeviceFacts;
  /** `seed` makes the data. Throws DeviceFault. */
  prepare(metric: MetricName, seed: number): Workload | Unable;
  close(): void;
}

/** The device stopped working: nothing more can be asked of it in this process. */
export class DeviceFault extends Error {}
