import { type CallOf, type NativeCall, NativeFault, NativeLibrary } from '../ffi.ts';
import { cudaPlaces } from '../../platform/driver-libraries.ts';

/*
 * The functions of NVIDIA's CUDA driver API that a benchmark needs (NVIDIA, "CUDA Driver API"), under
 * the names that today's drivers and those of 2019 both export. A context belongs to one thread: all
 * calls are synchronous.
 */

const SIGNATURES = {
  cuInit: ['uint'],
  cuDriverGetVersion: ['void *'],
  cuDeviceGetCount: ['void *'],
  cuDeviceGet: ['void *', 'int'],
  cuDeviceGetName: ['void *', 'int', 'int'],
  cuDeviceGetUuid: ['void *', 'int'],
  cuDeviceGetAttribute: ['void *', 'int', 'int'],
  cuDeviceTotalMem_v2: ['void *', 'int'],
  cuDevicePrimaryCtxRetain: ['void *', 'int'],
  cuDevicePrimaryCtxRelease_v2: ['int'],
  cuCtxSetCurrent: ['uint64'],
  cuModuleLoadDataEx: ['void *', 'void *', 'uint', 'void *', 'void *'],
  cuModuleUnload: ['uint64'],
  cuModuleGetFunction: ['void *', 'uint64', 'str'],
  cuMemGetInfo_v2: ['void *', 'void *'],
  cuMemAlloc_v2: ['void *', 'size_t'],
  cuMemFree_v2: ['uint64'],
  cuMemHostAlloc: ['void *', 'size_t', 'uint'],
  cuMemFreeHost: ['uint64'],
  cuMemcpyHtoD_v2: ['uint64', 'void *', 'size_t'],
  cuMemcpyDtoH_v2: ['void *', 'uint64', 'size_t'],
  cuMemcpyHtoDAsync_v2: ['uint64', 'uint64', 'size_t', 'uint64'],
  cuMemcpyDtoHAsync_v2: ['uint64', 'uint64', 'size_t', 'uint64'],
  cuStreamCreate: ['void *', 'uint'],
  cuStreamDestroy_v2: ['uint64'],
  cuStreamSynchronize: ['uint64'],
  cuEventCreate: ['void *', 'uint'],
  cuEventDestroy_v2: ['uint64'],
  cuEventRecord: ['uint64', 'uint64'],
  cuEventQuery: ['uint64'],
  cuEventElapsedTime: ['void *', 'uint64', 'uint64'],
  cuLaunchKernel: [
    'uint64',
    ...(['uint', 'uint', 'uint', 'uint', 'uint', 'uint', 'uint'] as const),
    'uint64',
    'void *',
    'void *',
  ],
} as const;

type CudaFunction = keyof typeof SIGNATURES;

const OUT_OF_MEMORY = 2;

/** A call of the driver that failed; `status` is CUresult (cuda.h). */
export class CudaFault extends NativeFault {
  readonly status: number;
  readonly isMemoryShort: boolean;

  constructor(call: CudaFunction, status: number) {
    super(`${call} answered ${status} (${nameOf(status)})`);
    this.status = status;
    this.isMemoryShort = status === OUT_OF_MEMORY;
  }
}

/** The driver's library, with every function bound. */
export class CudaDriver {
  readonly #calls: CallOf<CudaFunction, NativeCall>;

  private constructor(calls: CallOf<CudaFunction, NativeCall>) {
    this.#calls = calls;
  }

  /** Null where there is no such library, or one that lacks a function (before 2019). */
  static open(places: readonly string[] = cudaPlaces()): CudaDriver | null {
    const library = NativeLibrary.open(places);
    const calls = library && library.statuses(SIGNATURES);
    return calls && new CudaDriver(calls);
  }

  /** Calls a function; throws CudaFault unless it answers 0. */
  call(name: CudaFunction, ...args: Parameters<NativeCall>): void {
    const status = this.#calls(name)(...args);
    if (status !== 0) throw new CudaFault(name, status);
  }

  /** The same for an answer that is no failure: the status itself. */
  ask(name: CudaFunction, ...args: Parameters<NativeCall>): number {
    return this.#calls(name)(...args);
  }

  /** A function whose first argument is where a 32-bit number is written. */
  int(name: CudaFunction, ...rest: Parameters<NativeCall>): number {
    const out = Buffer.alloc(4);
    this.call(name, out, ...rest);
    return out.readInt32LE();
  }

  /** A function whose first argument is where a handle, address or size is written. */
  handle(name: CudaFunction, ...rest: Parameters<NativeCall>): bigint {
    const out = Buffer.alloc(8);
    this.call(name, out, ...rest);
    return out.readBigUInt64LE();
  }
}

/** Statuses that a benchmark meets (cuda.h, CUresult). */
const NAMES: Readonly<Record<number, string>> = {
  1: 'invalid value',
  2: 'out of memory',
  3: 'not initialised',
  46: 'device unavailable',
  100: 'no device',
  101: 'invalid device',
  200: 'invalid image',
  201: 'invalid context',
  209: 'no binary for this card',
  214: 'uncorrectable memory error',
  218: 'invalid PTX',
  221: 'compiler not found',
  222: 'unsupported PTX version',
  223: 'compilation disabled',
  600: 'not ready',
  700: 'illegal address',
  701: 'too many resources for a launch',
  702: 'launch took too long',
  714: 'hardware stack error',
  715: 'illegal instruction',
  716: 'misaligned address',
  719: 'launch failed',
  803: 'driver and library differ',
  804: 'driver not compatible',
  999: 'unknown',
};

function nameOf(status: number): string {
  return NAMES[status] ?? 'unknown';
}
