import { CudaContext } from '../../adapters/cuda/context.ts';
import { cudaFacts, cudaUuids, deviceAt } from '../../adapters/cuda/devices.ts';
import { CudaDriver, CudaFault } from '../../adapters/cuda/driver.ts';
import type { MetricName } from '../../contract/benchmark.ts';
import { type ComputeDevice, DeviceFault, type Unable, type Workload } from '../compute.ts';
import { kernelFor } from '../kernels/modules.ts';
import { CudaBench } from './bench.ts';
import { copyWorkload, linkWorkload, readWorkload } from './memory.ts';
import { memoryTestWorkload } from './memory-test.ts';
import { rateWorkload } from './rates.ts';

/** Why there is no device: a code of the error table. */
export interface NoDevice {
  readonly code:
    | 'benchmark.no-cuda'
    | 'benchmark.no-device'
    | 'benchmark.card-busy'
    | 'benchmark.driver-mismatch';
}

/** The card with this UUID, or the first that CUDA sees. For this thread alone. */
export function openCuda(uuid: string | null): ComputeDevice | NoDevice {
  const driver = CudaDriver.open();
  if (driver === null) return { code: 'benchmark.no-cuda' };
  try {
    driver.call('cuInit', 0);
    // CUDA's order is not that of the bus, and its environment may hide cards: only the name counts.
    const index = uuid === null ? 0 : cudaUuids(driver).indexOf(uuid);
    if (index < 0) return { code: 'benchmark.no-device' };
    const device = deviceAt(driver, index);
    const context = new CudaContext(driver, device);
    return computeDevice(new CudaBench(context, cudaFacts(driver, device)));
  } catch (error) {
    const code = error instanceof CudaFault ? CODES[error.status] : undefined;
    if (code === undefined) throw faultOf(error);
    return { code };
  }
}

/** CUresult (cuda.h): no device, unavailable or exclusive to another, library and kernel module differ. */
const CODES: Readonly<Record<number, NoDevice['code']>> = {
  100: 'benchmark.no-device',
  101: 'benchmark.no-device',
  46: 'benchmark.card-busy',
  803: 'benchmark.driver-mismatch',
  804: 'benchmark.driver-mismatch',
};

function computeDevice(bench: CudaBench): ComputeDevice {
  return {
    facts: bench.facts,
    prepare(metric, seed) {
      try {
        const workload = workloadFor(bench, metric, seed);
        return 'unable' in workload ? workload : guardedWorkload(workload);
      } catch (error) {
        const unable = error instanceof CudaFault ? UNABLE[error.status] : undefined;
        if (unable === undefined) throw faultOf(error);
        return { unable };
      }
    },
    close: () => bench.context.close(),
  };
}

/** What the driver does not take, in words (cuda.h, CUresult). */
const UNABLE: Readonly<Record<number, string>> = {
  2: 'there is not enough free memory on the card',
  209: 'the driver has no code for this card',
  218: 'the driver does not take this kernel',
  221: 'the driver comes without its compiler',
  222: 'the driver is too old for this kernel',
  223: 'the compiler of the driver is switched off',
};

function workloadFor(bench: CudaBench, metric: MetricName, seed: number): Workload | Unable {
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
      return rateFor(bench, metric, seed);
  }
}

function rateFor(bench: CudaBench, metric: MetricName, seed: number): Workload | Unable {
  const { computeCapability, driverCuda } = bench.facts;
  const found = kernelFor(metric, computeCapability);
  if (!found) return { unable: 'this card has no hardware for it' };
  const { leastDriverCuda } = found.module;
  if (driverCuda < leastDriverCuda) {
    const [needed, has] = [versionText(leastDriverCuda), versionText(driverCuda)];
    return { unable: `it needs a driver for CUDA ${needed}; this one is for ${has}` };
  }
  return rateWorkload(bench, found, seed);
}

function versionText(version: number): string {
  return `${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`;
}

// Whatever the driver answers once work is queued ends the context.
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

function faultOf(error: unknown): unknown {
  return error instanceof CudaFault ? new DeviceFault(error.message, { cause: error }) : error;
}
