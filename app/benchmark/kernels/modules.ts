import type { MetricName } from '../../contract/benchmark.ts';
import { FP32_KERNEL, fp32Text } from './fma.ts';
import { BF16, E4M3, F16, F16_SUMS, F32_SUMS, F32_SUMS_OF_FP8, S32_SUMS, S8 } from './formats.ts';
import type { ComputeKernel, KernelModule } from './kernel.ts';
import { memoryKernels } from './memory.ts';
import type { TensorShape } from './shape.ts';
import { tensorKernel, tensorText } from './tensor.ts';
import { header } from './text.ts';

type ComputeCapability = readonly [number, number];

/** Memory and FP32: every card that a driver of today knows. */
export const BASE_MODULE: KernelModule = {
  name: 'base',
  leastDriverCuda: 9000,
  runsOn: (cc) => isAtLeast(cc, 5, 0),
  kernels: [FP32_KERNEL],
  source: () => header('6.0', 'sm_50') + memoryKernels() + fp32Text(),
};

const TURING: readonly TensorShape[] = [
  {
    entry: 'k_fp16_fp16_75',
    metric: 'fp16-fp16',
    instruction: 'mma.sync.aligned.m16n8k8.row.col.f16.f16.f16.f16',
    ...{ m: 16, n: 8, k: 8, format: F16, sums: F16_SUMS },
  },
  {
    entry: 'k_fp16_fp32_75',
    metric: 'fp16-fp32',
    instruction: 'mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32',
    ...{ m: 16, n: 8, k: 8, format: F16, sums: F32_SUMS },
  },
  {
    entry: 'k_int8_75',
    metric: 'int8',
    instruction: 'mma.sync.aligned.m8n8k16.row.col.s32.s8.s8.s32',
    ...{ m: 8, n: 8, k: 16, format: S8, sums: S32_SUMS },
  },
];

const AMPERE: readonly TensorShape[] = [
  {
    entry: 'k_fp16_fp16',
    metric: 'fp16-fp16',
    instruction: 'mma.sync.aligned.m16n8k16.row.col.f16.f16.f16.f16',
    ...{ m: 16, n: 8, k: 16, format: F16, sums: F16_SUMS },
  },
  {
    entry: 'k_fp16_fp32',
    metric: 'fp16-fp32',
    instruction: 'mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32',
    ...{ m: 16, n: 8, k: 16, format: F16, sums: F32_SUMS },
  },
  {
    entry: 'k_bf16_fp32',
    metric: 'bf16-fp32',
    instruction: 'mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32',
    ...{ m: 16, n: 8, k: 16, format: BF16, sums: F32_SUMS },
  },
];

const INT8: TensorShape = {
  entry: 'k_int8',
  metric: 'int8',
  instruction: 'mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32',
  ...{ m: 16, n: 8, k: 32, format: S8, sums: S32_SUMS },
};

const FP8: TensorShape = {
  entry: 'k_fp8_fp32',
  metric: 'fp8-fp32',
  instruction: 'mma.sync.aligned.m16n8k32.row.col.f32.e4m3.e4m3.f32',
  ...{ m: 16, n: 8, k: 32, format: E4M3, sums: F32_SUMS_OF_FP8 },
};

/**
 * All modules; each is loaded by itself, so that one that a driver does not know hides no other. A
 * module runs only where the hardware does the work: FP8 is emulated on 9.0 and 10.x, INT8 on 10.3.
 */
export const KERNEL_MODULES: readonly KernelModule[] = [
  BASE_MODULE,
  tensorModule({
    name: 'tc75',
    ptx: ['6.5', 'sm_75'],
    leastDriverCuda: 10_020,
    runsOn: (cc) => isAtLeast(cc, 7, 5) && cc[0] < 8,
    shapes: TURING,
  }),
  tensorModule({
    name: 'tc80',
    ptx: ['7.0', 'sm_80'],
    leastDriverCuda: 11_000,
    runsOn: (cc) => isAtLeast(cc, 8, 0),
    shapes: AMPERE,
  }),
  tensorModule({
    name: 'int8',
    ptx: ['7.0', 'sm_80'],
    leastDriverCuda: 11_000,
    runsOn: (cc) => isAtLeast(cc, 8, 0) && !is(cc, 10, 3),
    shapes: [INT8],
  }),
  tensorModule({
    name: 'tc89',
    ptx: ['8.4', 'sm_89'],
    leastDriverCuda: 12_040,
    runsOn: (cc) => is(cc, 8, 9) || cc[0] === 12,
    shapes: [FP8],
  }),
];

/** The kernel for a metric on such a card; null where the card has no hardware for it. */
export function kernelFor(
  metric: MetricName,
  computeCapability: ComputeCapability,
): { readonly module: KernelModule; readonly kernel: ComputeKernel } | null {
  for (const module of KERNEL_MODULES) {
    const kernel = module.kernels.find((one) => one.metric === metric);
    if (kernel && module.runsOn(computeCapability)) return { module, kernel };
  }
  return null;
}

type TensorModule = Pick<KernelModule, 'name' | 'leastDriverCuda' | 'runsOn'> & {
  /** Version and target. */
  readonly ptx: readonly [string, string];
  readonly shapes: readonly TensorShape[];
};

function tensorModule({ ptx, shapes, ...module }: TensorModule): KernelModule {
  return {
    ...module,
    kernels: shapes.map(tensorKernel),
    source: () => header(...ptx) + shapes.map(tensorText).join(''),
  };
}

function is(cc: ComputeCapability, major: number, minor: number): boolean {
  return cc[0] === major && cc[1] === minor;
}

function isAtLeast(cc: ComputeCapability, major: number, minor: number): boolean {
  return cc[0] > major || (cc[0] === major && cc[1] >= minor);
}
