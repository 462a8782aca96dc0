import type { DeviceFacts } from '../../contract/benchmark.ts';
import type { RateMetric } from '../bench.ts';
import type { Unable } from '../compute.ts';
import type { ComputeKernel, KernelModule } from '../kernels/kernel.ts';
import { kernelFor } from '../kernels/modules.ts';

/** The kernel for a card and its driver, or what is missing. */
export function chooseKernel(
  metric: RateMetric,
  { computeCapability, driverCuda }: DeviceFacts,
): { readonly module: KernelModule; readonly kernel: ComputeKernel } | Unable {
  const found = computeCapability && kernelFor(metric, computeCapability);
  if (!found) return { unable: 'this card has no hardware for it' };
  const { leastDriverCuda } = found.module;
  if (driverCuda !== null && driverCuda < leastDriverCuda) {
    const [needed, has] = [versionText(leastDriverCuda), versionText(driverCuda)];
    return { unable: `it needs a driver for CUDA ${needed}; this one is for ${has}` };
  }
  return found;
}

function versionText(version: number): string {
  return `${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`;
}
