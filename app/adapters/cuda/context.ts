import { addressOf } from '../ffi.ts';
import { type CudaDriver, CudaFault } from './driver.ts';

/** An argument of a kernel: a 64-bit address or count, or a 32-bit number. */
export type KernelArgument = bigint | number;

/** A compiler's log is cut after so many bytes. */
const LOG_BYTES = 4096;
/** CUjit_option: where the compiler writes its errors, and how long that is. */
const JIT_ERROR_LOG = 5;
const JIT_ERROR_LOG_BYTES = 6;
const NON_BLOCKING = 1;
const NOT_READY = 600;
/** CU_MEMHOSTALLOC_PORTABLE */
const PORTABLE = 1;

/**
 * One card with its context and one stream, on which everything runs in order. For the thread that
 * opened it alone. Calls throw CudaFault.
 */
export class CudaContext {
  readonly driver: CudaDriver;
  readonly device: number;
  readonly #stream: bigint;

  constructor(driver: CudaDriver, device: number) {
    this.driver = driver;
    this.device = device;
    driver.call('cuCtxSetCurrent', driver.handle('cuDevicePrimaryCtxRetain', device));
    this.#stream = driver.handle('cuStreamCreate', NON_BLOCKING);
  }

  /** Compiles PTX for this card. The fault's message ends with what the compiler said. */
  load(source: string): bigint {
    const log = Buffer.alloc(LOG_BYTES);
    const options = Buffer.alloc(8);
    options.writeUInt32LE(JIT_ERROR_LOG, 0);
    options.writeUInt32LE(JIT_ERROR_LOG_BYTES, 4);
    const values = Buffer.alloc(16);
    values.writeBigUInt64LE(addressOf(log), 0);
    values.writeBigUInt64LE(BigInt(LOG_BYTES), 8);
    const text = Buffer.from(`${source}\0`, 'latin1');
    try {
      return this.driver.handle('cuModuleLoadDataEx', text, 2, options, values);
    } catch (error) {
      const words = log
        .toString('latin1')
        .replace(/\0[\s\S]*$/, '')
        .trim();
      if (error instanceof CudaFault && words !== '') error.message += `: ${words}`;
      throw error;
    }
  }

  functionOf(module: bigint, entry: string): bigint {
    return this.driver.handle('cuModuleGetFunction', module, entry);
  }

  freeBytes(): number {
    const [free, total] = [Buffer.alloc(8), Buffer.alloc(8)];
    this.driver.call('cuMemGetInfo_v2', free, total);
    return Number(free.readBigUInt64LE());
  }

  allocate(bytes: number): bigint {
    return this.driver.handle('cuMemAlloc_v2', bytes);
  }

  free(address: bigint): void {
    this.driver.call('cuMemFree_v2', address);
  }

  /** Memory of the computer that the card reaches by itself. */
  allocatePinned(bytes: number): bigint {
    return this.driver.handle('cuMemHostAlloc', bytes, PORTABLE);
  }

  freePinned(address: bigint): void {
    this.driver.call('cuMemFreeHost', address);
  }

  /** Waits for what is queued, then writes into the card's memory. */
  write(to: bigint, bytes: Uint8Array): void {
    this.settle();
    this.driver.call('cuMemcpyHtoD_v2', to, bytes, bytes.byteLength);
  }

  /** Waits for what is queued, then reads from the card's memory. */
  read(from: bigint, bytes: number): Buffer {
    this.settle();
    const into = Buffer.alloc(bytes);
    this.driver.call('cuMemcpyDtoH_v2', into, from, bytes);
    return into;
  }

  /** Waits until the stream is empty. */
  settle(): void {
    this.driver.call('cuStreamSynchronize', this.#stream);
  }

  queueToCard(to: bigint, pinned: bigint, bytes: number): void {
    this.driver.call('cuMemcpyHtoDAsync_v2', to, pinned, bytes, this.#stream);
  }

  queueFromCard(pinned: bigint, from: bigint, bytes: number): void {
    this.driver.call('cuMemcpyDtoHAsync_v2', pinned, from, bytes, this.#stream);
  }

  /** Queues a kernel over `blocks` x `threads`. */
  queueKernel(
    kernel: bigint,
    grid: { readonly blocks: number; readonly threads: number },
    args: readonly KernelArgument[],
  ): void {
    const values = Buffer.alloc(8 * args.length);
    const pointers = Buffer.alloc(8 * args.length);
    args.forEach((value, i) => {
      if (typeof value === 'bigint') values.writeBigUInt64LE(value, 8 * i);
      else values.writeUInt32LE(value >>> 0, 8 * i);
      pointers.writeBigUInt64LE(addressOf(values) + BigInt(8 * i), 8 * i);
    });
    const { blocks, threads } = grid;
    const shape = [blocks, 1, 1, threads, 1, 1, 0];
    this.driver.call('cuLaunchKernel', kernel, ...shape, this.#stream, pointers, null);
  }

  event(): bigint {
    const event = this.driver.handle('cuEventCreate', 0);
    this.driver.call('cuEventRecord', event, this.#stream);
    return event;
  }

  isReached(event: bigint): boolean {
    const status = this.driver.ask('cuEventQuery', event);
    if (status !== 0 && status !== NOT_READY) throw new CudaFault('cuEventQuery', status);
    return status === 0;
  }

  millisecondsBetween(first: bigint, last: bigint): number {
    const out = Buffer.alloc(4);
    this.driver.call('cuEventElapsedTime', out, first, last);
    return out.readFloatLE();
  }

  forget(event: bigint): void {
    this.driver.call('cuEventDestroy_v2', event);
  }

  close(): void {
    this.driver.ask('cuStreamDestroy_v2', this.#stream);
    this.driver.ask('cuDevicePrimaryCtxRelease_v2', this.device);
  }
}
