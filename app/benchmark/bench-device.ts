import { NativeFault } from '../adapters/ffi.ts';
import type { MetricName } from '../contract/benchmark.ts';
import type { Bench } from './bench.ts';
import { type ComputeDevice, DeviceFault, type Unable, type Workload } from './compute.ts';
import { memoryTestWorkload } from './workloads/memory-test.ts';
import { copyWorkload, linkWorkload, readWorkload } from './workloads/memory.ts';
import { rateWorkload } from './workloads/rates.ts';

/** A device of any back end. `unable`: what its driver does not take, by status, in words. */
export function benchDevice(bench: Bench, unable: Readonly<Record<number, string>>): ComputeDevice {
  return {
    facts: bench.facts,
    prepare(metric, seed) {
      try {
        const workload = workloadFor(bench, metric, seed);
        return 'unable' in workload ? workload : guardedWorkload(workload);
      } catch (error) {
        const reason = error instanceof NativeFault ? unable[error.status] : undefined;
        if (reason === undefined) throw faultOf(error);
        return { unable: reason };
      }
    },
    close: () => bench.close(),
  };
}

function workloadFor(bench: Bench, metric: MetricName, seed: number): Workload | Unable {
  switch (metric) {
    case 'memory-read':
      return readWorkload(bench, seed);
    case 'memory-copy':
      return copyWorkload(bench, seed);
    case 'pcie-to-card':
    case 'pcie-from-card':
      return linkWorkload(bench, metric, seed);
    case 'memory-test':
      return memoryTestWorkload(bench, seed);
    case 'fp32':
    case 'fp16-fp16':
    case 'fp16-fp32':
    case 'bf16-fp32':
    case 'int8':
    case 'fp8-fp32':
      return rateWorkload(bench, metric, seed);
  }
}

// Whatever the driver answers once work is queued is the end of it.
function guardedWorkload(workload: Workload): Workload {
  return {
    ...workload,
    launch(rounds) {
      const launch = guarded(() => workload.launch(rounds));
      return {
        isDone: () => guarded(() => launch.isDone()),
        milliseconds: () => guarded(() => launch.milliseconds()),
        release: () => guarded(() => launch.release()),
      };
    },
    check: () => guarded(() => workload.check()),
    release: () => guarded(() => workload.release()),
  };
}

function guarded<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw faultOf(error);
  }
}

/** What the driver refused, as the end of the device; any other error as it is. */
export function faultOf(error: unknown): unknown {
  return error instanceof NativeFault ? new DeviceFault(error.message, { cause: error }) : error;
}
