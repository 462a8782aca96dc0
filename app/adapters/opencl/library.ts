import { openClPlaces } from '../../platform/driver-libraries.ts';
import {
  type CallOf,
  type NativeCall,
  type NativeCreator,
  NativeFault,
  NativeLibrary,
} from '../ffi.ts';
import { STATUS_NAMES } from './statuses.ts';

/*
 * The functions of OpenCL 1.2 that a benchmark needs (Khronos, "The OpenCL Specification", version 1.2,
 * and its cl.h), which every OpenCL since 2011 has. Handles and flags are 64-bit numbers.
 */

const STATUSES = {
  clGetPlatformIDs: ['uint', 'void *', 'void *'],
  clGetPlatformInfo: ['uint64', 'uint', 'size_t', 'void *', 'void *'],
  clGetDeviceIDs: ['uint64', 'uint64', 'uint', 'void *', 'void *'],
  clGetDeviceInfo: ['uint64', 'uint', 'size_t', 'void *', 'void *'],
  clReleaseContext: ['uint64'],
  clReleaseCommandQueue: ['uint64'],
  clBuildProgram: ['uint64', 'uint', 'void *', 'str', 'uint64', 'uint64'],
  clGetProgramBuildInfo: ['uint64', 'uint64', 'uint', 'size_t', 'void *', 'void *'],
  clReleaseProgram: ['uint64'],
  clSetKernelArg: ['uint64', 'uint', 'size_t', 'void *'],
  clReleaseKernel: ['uint64'],
  clReleaseMemObject: ['uint64'],
  clEnqueueNDRangeKernel: [
    ...(['uint64', 'uint64', 'uint', 'void *', 'void *', 'void *'] as const),
    ...(['uint', 'void *', 'void *'] as const),
  ],
  clEnqueueWriteBuffer: [
    ...(['uint64', 'uint64', 'uint', 'size_t', 'size_t', 'uint64'] as const),
    ...(['uint', 'void *', 'void *'] as const),
  ],
  clEnqueueReadBuffer: [
    ...(['uint64', 'uint64', 'uint', 'size_t', 'size_t', 'uint64'] as const),
    ...(['uint', 'void *', 'void *'] as const),
  ],
  clEnqueueUnmapMemObject: ['uint64', 'uint64', 'uint64', 'uint', 'void *', 'void *'],
  clFlush: ['uint64'],
  clFinish: ['uint64'],
  clGetEventInfo: ['uint64', 'uint', 'size_t', 'void *', 'void *'],
  clGetEventProfilingInfo: ['uint64', 'uint', 'size_t', 'void *', 'void *'],
  clReleaseEvent: ['uint64'],
} as const;

/** The last argument of each is where its status is written. */
const CREATORS = {
  clCreateContext: ['void *', 'uint', 'void *', 'uint64', 'uint64', 'void *'],
  clCreateCommandQueue: ['uint64', 'uint64', 'uint64', 'void *'],
  clCreateProgramWithSource: ['uint64', 'uint', 'void *', 'void *', 'void *'],
  clCreateKernel: ['uint64', 'str', 'void *'],
  clCreateBuffer: ['uint64', 'uint64', 'size_t', 'uint64', 'void *'],
  clEnqueueMapBuffer: [
    ...(['uint64', 'uint64', 'uint', 'uint64', 'size_t', 'size_t'] as const),
    ...(['uint', 'void *', 'void *', 'void *'] as const),
  ],
} as const;

type StatusFunction = keyof typeof STATUSES;
type Creator = keyof typeof CREATORS;
type InfoFunction = Extract<StatusFunction, `clGet${string}Info`>;
type Arguments = Parameters<NativeCall>;

/** No memory on the device, no resources, no memory of the host: which of them, differs by driver. */
const MEMORY_SHORT: readonly number[] = [-4, -5, -6];

/** A call of OpenCL that failed; `status` is one of the error codes of cl.h. */
export class OpenClFault extends NativeFault {
  readonly status: number;
  readonly isMemoryShort: boolean;

  constructor(call: StatusFunction | Creator | 'a command', status: number) {
    super(`${call} answered ${status} (${STATUS_NAMES[status] ?? 'unknown'})`);
    this.status = status;
    this.isMemoryShort = MEMORY_SHORT.includes(status);
  }
}

/** The loader of OpenCL, which knows the drivers, with every function bound. */
export class OpenClLibrary {
  readonly #statuses: CallOf<StatusFunction, NativeCall>;
  readonly #creators: CallOf<Creator, NativeCreator>;

  private constructor(
    statuses: CallOf<StatusFunction, NativeCall>,
    creators: CallOf<Creator, NativeCreator>,
  ) {
    this.#statuses = statuses;
    this.#creators = creators;
  }

  /** Null where there is no such library. */
  static open(places: readonly string[] = openClPlaces()): OpenClLibrary | null {
    const library = NativeLibrary.open(places);
    const statuses = library?.statuses(STATUSES);
    const creators = library?.creators(CREATORS);
    return statuses && creators ? new OpenClLibrary(statuses, creators) : null;
  }

  /** Calls a function; throws OpenClFault unless it answers 0. */
  call(name: StatusFunction, ...args: Arguments): void {
    const status = this.ask(name, ...args);
    if (status !== 0) throw new OpenClFault(name, status);
  }

  /** The same for an answer that is no failure: the status itself. */
  ask(name: StatusFunction, ...args: Arguments): number {
    return this.#statuses(name)(...args);
  }

  /** A function that makes something; throws OpenClFault. */
  create(name: Creator, ...args: Arguments): bigint {
    const status = Buffer.alloc(4);
    const made = this.#creators(name)(...args, status);
    if (status.readInt32LE() !== 0) throw new OpenClFault(name, status.readInt32LE());
    return made;
  }

  /** What a thing says under a name of cl.h, however long; throws OpenClFault. */
  info(name: InfoFunction, of: readonly bigint[], what: number): Buffer {
    const size = Buffer.alloc(8);
    this.call(name, ...of, what, 0, null, size);
    const bytes = Buffer.alloc(Number(size.readBigUInt64LE()));
    this.call(name, ...of, what, bytes.length, bytes, null);
    return bytes;
  }

  /** A list of handles, asked for its length first; empty where the call answers `none`. */
  handles(
    name: 'clGetPlatformIDs' | 'clGetDeviceIDs',
    of: readonly bigint[],
    none: number,
  ): bigint[] {
    const count = Buffer.alloc(4);
    const status = this.ask(name, ...of, 0, null, count);
    if (status === none) return [];
    if (status !== 0) throw new OpenClFault(name, status);
    const list = Buffer.alloc(8 * count.readUInt32LE());
    this.call(name, ...of, list.length / 8, list, null);
    return Array.from({ length: list.length / 8 }, (_, i) => list.readBigUInt64LE(8 * i));
  }
}
