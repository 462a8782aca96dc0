import type { CudaContext, KernelArgument } from '../../adapters/cuda/context.ts';
import type { DeviceFacts, Faults } from '../../contract/benchmark.ts';
import {
  type Area,
  type Bench,
  inversion,
  type Pattern,
  pieces,
  type Rate,
  type RateMetric,
} from '../bench.ts';
import type { Launch, Unable } from '../compute.ts';
import { type KernelModule, MEMORY_ENTRIES, THREADS } from '../kernels/kernel.ts';
import { BASE_MODULE } from '../kernels/modules.ts';
import { PatternCheck } from '../pattern-check.ts';
import { chooseKernel } from './choice.ts';

/** Blocks for each multiprocessor: all of them hold four blocks of our kernels at once. */
const BLOCKS_EACH = 4;
/** So many leave half of the registers to a kernel beside it. */
const BLOCKS_BESIDE = 2;
/** A copy is 3 to 4 % faster in many short blocks (docs/measured.md). */
const SHORT_BLOCKS_EACH = 64;
const PIECE_BYTES = 16;
const MIB = 1024 ** 2;
/** Far more than the caches hold. */
const LEAST_SWEEP_BYTES = 512 * MIB;
const CACHES = 8;

/** A card with its context and its modules. */
export class CudaBench implements Bench {
  readonly #context: CudaContext;
  readonly facts: DeviceFacts;
  readonly blockBytes = 1024 * MIB;
  readonly #blocks: number;
  readonly #modules = new Map<string, bigint>();
  readonly #check = new PatternCheck(this);

  constructor(context: CudaContext, facts: DeviceFacts, leavesRoom = false) {
    this.#context = context;
    this.facts = facts;
    this.#blocks = facts.multiprocessors * (leavesRoom ? BLOCKS_BESIDE : BLOCKS_EACH);
  }

  spareBytes(): number {
    return this.#context.freeBytes();
  }

  /** At most a third of what is free. */
  sweepBytes(): number {
    const wanted = Math.max(LEAST_SWEEP_BYTES, CACHES * (this.facts.l2Bytes ?? 0));
    return Math.min(wanted, this.#context.freeBytes() / 3);
  }

  wholeBytes(limit: number): number {
    const step = this.#blocks * THREADS * 4 * PIECE_BYTES;
    return Math.floor(limit / step) * step;
  }

  allocate(bytes: number): bigint {
    return this.#context.allocate(bytes);
  }

  free(address: bigint): void {
    this.#context.free(address);
  }

  allocatePinned(bytes: number): bigint {
    return this.#context.allocatePinned(bytes);
  }

  freePinned(address: bigint): void {
    this.#context.freePinned(address);
  }

  read(address: bigint, bytes: number): Buffer {
    return this.#context.read(address, bytes);
  }

  write(address: bigint, bytes: Uint8Array): void {
    this.#context.write(address, bytes);
  }

  settle(): void {
    this.#context.settle();
  }

  queueFill(area: Area, pattern: Pattern): void {
    const args = [area.address, pieces(area), pattern.seed, inversion(pattern)];
    this.#queue(this.#kernel(BASE_MODULE, MEMORY_ENTRIES.fill), args);
  }

  queueVerify(area: Area, pattern: Pattern, result: bigint): void {
    const args = [area.address, pieces(area), pattern.seed, inversion(pattern), result];
    this.#queue(this.#kernel(BASE_MODULE, MEMORY_ENTRIES.verify), args);
  }

  queueRead(area: Area, sum: bigint): void {
    const args = [area.address, pieces(area), sum];
    this.#queue(this.#kernel(BASE_MODULE, MEMORY_ENTRIES.read), args);
  }

  queueCopy(to: Area, from: Area): void {
    const blocks = this.facts.multiprocessors * SHORT_BLOCKS_EACH;
    const kernel = this.#kernel(BASE_MODULE, MEMORY_ENTRIES.copy);
    const args = [to.address, from.address, pieces(from)];
    this.#context.queueKernel(kernel, { blocks, threads: THREADS }, args);
  }

  queueToCard(to: bigint, pinned: bigint, bytes: number): void {
    this.#context.queueToCard(to, pinned, bytes);
  }

  queueFromCard(pinned: bigint, from: bigint, bytes: number): void {
    this.#context.queueFromCard(pinned, from, bytes);
  }

  /** Between two events. */
  timed(queue: () => void): Launch {
    const context = this.#context;
    const first = context.event();
    queue();
    const last = context.event();
    return {
      isDone: () => context.isReached(last),
      milliseconds: () => context.millisecondsBetween(first, last),
      release() {
        context.forget(first);
        context.forget(last);
      },
    };
  }

  rate(metric: RateMetric, seed: number): Rate | Unable {
    const chosen = chooseKernel(metric, this.facts);
    if ('unable' in chosen) return chosen;
    const { module, kernel } = chosen;
    const entry = this.#kernel(module, kernel.entry);
    return {
      operationsPerRound: kernel.operationsPerBlock * this.#blocks,
      comparisons: this.#blocks * THREADS,
      golden: kernel.golden(seed),
      queue: (golden, errors, rounds) => this.#queue(entry, [golden, errors, rounds, seed]),
      placeOf: (number) => `multiprocessor ${number}`,
    };
  }

  verify(area: Area, pattern: Pattern): Faults {
    return this.#check.verify(area, pattern);
  }

  close(): void {
    this.#context.close();
  }

  // A kernel of a module, which is compiled at its first use.
  #kernel(module: KernelModule, entry: string): bigint {
    const loaded = this.#modules.get(module.name) ?? this.#context.load(module.source());
    this.#modules.set(module.name, loaded);
    return this.#context.functionOf(loaded, entry);
  }

  #queue(kernel: bigint, args: readonly KernelArgument[]): void {
    this.#context.queueKernel(kernel, { blocks: this.#blocks, threads: THREADS }, args);
  }
}
