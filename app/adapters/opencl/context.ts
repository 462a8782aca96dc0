import { addressOf } from '../ffi.ts';
import type { OpenClDevice } from './devices.ts';
import { OpenClFault, type OpenClLibrary } from './library.ts';

/** An argument of a kernel: a buffer or a 64-bit count, or a 32-bit number. */
export type KernelArgument = bigint | number;

/** cl.h: cl_command_queue_properties, cl_mem_flags, cl_map_flags, cl_program_build_info. */
const PROFILING = 2n;
const READ_WRITE = 1n;
const ALLOC_HOST_PTR = 16n;
const MAP_READ_AND_WRITE = 3n;
const BUILD_LOG = 0x1183;
/** cl_event_info and cl_profiling_info: how far a command is, and its times in nanoseconds. */
const EXECUTION_STATUS = 0x11d3;
const STARTED = 0x1282;
const ENDED = 0x1283;
const BUILD_FAILED = -11;
/** A compiler's log is cut after so many characters. */
const LOG_LENGTH = 4096;

interface Pinned {
  readonly buffer: bigint;
  readonly address: bigint;
}

/** One device with its context and one queue, on which everything runs in order. Calls throw OpenClFault. */
export class OpenClContext {
  readonly #library: OpenClLibrary;
  readonly #device: bigint;
  readonly #context: bigint;
  readonly #queue: bigint;
  readonly #pinned = new Map<bigint, Pinned>();
  #times: { first: bigint | null; last: bigint | null } | null = null;

  constructor(library: OpenClLibrary, { handle }: OpenClDevice) {
    this.#library = library;
    this.#device = handle;
    this.#context = library.create('clCreateContext', null, 1, handleBytes(handle), 0n, 0n);
    this.#queue = library.create('clCreateCommandQueue', this.#context, handle, PROFILING);
  }

  /** Compiles OpenCL C for this device. The fault's message ends with what the compiler said. */
  build(source: string, options: string): bigint {
    const text = Buffer.from(source, 'latin1');
    const [pointer, length] = [handleBytes(addressOf(text)), handleBytes(BigInt(text.length))];
    const args = [this.#context, 1, pointer, length] as const;
    const program = this.#library.create('clCreateProgramWithSource', ...args);
    const devices = handleBytes(this.#device);
    const status = this.#library.ask('clBuildProgram', program, 1, devices, options, 0n, 0n);
    if (status === 0) return program;
    const fault = new OpenClFault('clBuildProgram', status);
    if (status === BUILD_FAILED) fault.message += `: ${this.#buildLog(program)}`;
    this.#library.call('clReleaseProgram', program);
    throw fault;
  }

  kernelOf(program: bigint, entry: string): bigint {
    return this.#library.create('clCreateKernel', program, entry);
  }

  /** Kernels, then their program: nothing of it is queued any more. */
  forgetProgram(program: bigint, kernels: Iterable<bigint>): void {
    for (const kernel of kernels) this.#library.call('clReleaseKernel', kernel);
    this.#library.call('clReleaseProgram', program);
  }

  allocate(bytes: number): bigint {
    return this.#library.create('clCreateBuffer', this.#context, READ_WRITE, bytes, 0n);
  }

  /** What is queued may still use it: it goes when that is done. */
  free(buffer: bigint): void {
    this.#library.call('clReleaseMemObject', buffer);
  }

  /** Memory of the computer that the device reaches by itself: where it lies. */
  allocatePinned(bytes: number): bigint {
    const flags = READ_WRITE | ALLOC_HOST_PTR;
    const buffer = this.#library.create('clCreateBuffer', this.#context, flags, bytes, 0n);
    const where = [this.#queue, buffer, 1, MAP_READ_AND_WRITE, 0, bytes] as const;
    const address = this.#library.create('clEnqueueMapBuffer', ...where, 0, null, null);
    this.#pinned.set(address, { buffer, address });
    return address;
  }

  freePinned(address: bigint): void {
    const pinned = this.#pinned.get(address);
    if (!pinned) return;
    this.#pinned.delete(address);
    const args = [this.#queue, pinned.buffer, pinned.address, 0, null, null] as const;
    this.#library.call('clEnqueueUnmapMemObject', ...args);
    this.free(pinned.buffer);
  }

  /** Waits for what is queued, then writes into a buffer. */
  write(to: bigint, bytes: Uint8Array): void {
    const args = [this.#queue, to, 1, 0, bytes.byteLength, addressOf(bytes)] as const;
    this.#library.call('clEnqueueWriteBuffer', ...args, 0, null, null);
  }

  /** Waits for what is queued, then reads from a buffer. */
  read(from: bigint, bytes: number): Buffer {
    const into = Buffer.alloc(bytes);
    const args = [this.#queue, from, 1, 0, bytes, addressOf(into)] as const;
    this.#library.call('clEnqueueReadBuffer', ...args, 0, null, null);
    return into;
  }

  /** Waits until the queue is empty. */
  settle(): void {
    this.#library.call('clFinish', this.#queue);
  }

  queueToCard(to: bigint, pinned: bigint, bytes: number): void {
    this.#enqueue('clEnqueueWriteBuffer', to, 0, 0, bytes, pinned);
  }

  queueFromCard(pinned: bigint, from: bigint, bytes: number): void {
    this.#enqueue('clEnqueueReadBuffer', from, 0, 0, bytes, pinned);
  }

  /** Queues a kernel over `items` in groups of `group`. */
  queueKernel(
    kernel: bigint,
    shape: { readonly items: number; readonly group: number },
    args: readonly KernelArgument[],
  ): void {
    args.forEach((value, i) => {
      const bytes = argumentBytes(value);
      this.#library.call('clSetKernelArg', kernel, i, bytes.length, bytes);
    });
    const [items, group] = [handleBytes(BigInt(shape.items)), handleBytes(BigInt(shape.group))];
    this.#enqueue('clEnqueueNDRangeKernel', kernel, 1, null, items, group);
  }

  /** Queues commands, at least one, and starts them; gives the events of the first and the last. */
  timed(queue: () => void): { readonly first: bigint; readonly last: bigint } {
    this.#times = { first: null, last: null };
    try {
      queue();
      const { first, last } = this.#times;
      if (first === null) throw new Error('there was nothing to take the time of');
      this.#library.call('clFlush', this.#queue);
      return { first, last: last ?? first };
    } finally {
      this.#times = null;
    }
  }

  /** Throws OpenClFault where the command failed. */
  isReached(event: bigint): boolean {
    const status = this.#library.info('clGetEventInfo', [event], EXECUTION_STATUS).readInt32LE();
    if (status < 0) throw new OpenClFault('a command', status);
    return status === 0;
  }

  /** From the start of one command to the end of another. */
  millisecondsBetween(first: bigint, last: bigint): number {
    const at = (event: bigint, what: number): bigint =>
      this.#library.info('clGetEventProfilingInfo', [event], what).readBigUInt64LE();
    return Number(at(last, ENDED) - at(first, STARTED)) / 1e6;
  }

  forget(event: bigint): void {
    this.#library.call('clReleaseEvent', event);
  }

  close(): void {
    this.#library.ask('clReleaseCommandQueue', this.#queue);
    this.#library.ask('clReleaseContext', this.#context);
  }

  // Of what is timed, the first and the last command keep their events.
  #enqueue(
    name: 'clEnqueueNDRangeKernel' | 'clEnqueueWriteBuffer' | 'clEnqueueReadBuffer',
    ...args: readonly (bigint | number | Buffer | null)[]
  ): void {
    const times = this.#times;
    const event = times && Buffer.alloc(8);
    this.#library.call(name, this.#queue, ...args, 0, null, event);
    if (times === null || event === null) return;
    if (times.first === null) {
      times.first = event.readBigUInt64LE();
      return;
    }
    if (times.last !== null) this.forget(times.last);
    times.last = event.readBigUInt64LE();
  }

  #buildLog(program: bigint): string {
    const of = [program, this.#device];
    const log = this.#library.info('clGetProgramBuildInfo', of, BUILD_LOG).toString('utf8');
    return log
      .replace(/\0[\s\S]*$/, '')
      .trim()
      .slice(0, LOG_LENGTH);
  }
}

function handleBytes(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

function argumentBytes(value: KernelArgument): Buffer {
  if (typeof value === 'bigint') return handleBytes(value);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}
