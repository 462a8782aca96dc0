import type { KernelArgument, OpenClContext } from '../../adapters/opencl/context.ts';
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
import { CHAINS, FP32_KERNEL, UNROLL } from '../kernels/fma.ts';
import { PatternCheck } from '../pattern-check.ts';
import type { Plan } from './plan.ts';
import { ENTRIES, programText } from './source.ts';

/** Every work-item gets whole pages. */
const STEP_BYTES = 4096;
const BUILD_OPTIONS = '-cl-std=CL1.2';

/** A device with its context and its one program. */
export class OpenClBench implements Bench {
  readonly #context: OpenClContext;
  readonly facts: DeviceFacts;
  readonly blockBytes: number;
  readonly #plan: Plan;
  readonly #source: string;
  readonly #kernels = new Map<string, bigint>();
  readonly #check = new PatternCheck(this);
  #program: bigint | null = null;

  /** `source` is another program than ours where a test wants to see it found out. */
  constructor(
    context: OpenClContext,
    { facts, plan, source }: { facts: DeviceFacts; plan: Plan; source?: string },
  ) {
    this.#context = context;
    this.facts = facts;
    this.blockBytes = plan.blockBytes;
    this.#plan = plan;
    this.#source = source ?? programText(plan);
  }

  spareBytes(): number {
    return this.#plan.spareBytes;
  }

  sweepBytes(): number {
    return this.#plan.sweepBytes;
  }

  wholeBytes(limit: number): number {
    return Math.floor(limit / STEP_BYTES) * STEP_BYTES;
  }

  allocate(bytes: number): bigint {
    return this.#context.allocate(bytes);
  }

  free(buffer: bigint): void {
    this.#context.free(buffer);
  }

  allocatePinned(bytes: number): bigint {
    return this.#context.allocatePinned(bytes);
  }

  freePinned(address: bigint): void {
    this.#context.freePinned(address);
  }

  read(buffer: bigint, bytes: number): Buffer {
    return this.#context.read(buffer, bytes);
  }

  write(buffer: bigint, bytes: Uint8Array): void {
    this.#context.write(buffer, bytes);
  }

  settle(): void {
    this.#context.settle();
  }

  queueFill(area: Area, pattern: Pattern): void {
    this.#queue(ENTRIES.fill, [area.address, pieces(area), pattern.seed, inversion(pattern)]);
  }

  queueVerify(area: Area, pattern: Pattern, result: bigint): void {
    const args = [area.address, pieces(area), pattern.seed, inversion(pattern), result];
    this.#queue(ENTRIES.verify, args);
  }

  queueRead(area: Area, sum: bigint): void {
    this.#queue(ENTRIES.read, [area.address, pieces(area), sum]);
  }

  queueCopy(to: Area, from: Area): void {
    const shape = { items: this.#plan.copyItems, group: this.#plan.group };
    const args = [to.address, from.address, pieces(from)];
    this.#context.queueKernel(this.#kernel(ENTRIES.copy), shape, args);
  }

  queueToCard(to: bigint, pinned: bigint, bytes: number): void {
    this.#context.queueToCard(to, pinned, bytes);
  }

  queueFromCard(pinned: bigint, from: bigint, bytes: number): void {
    this.#context.queueFromCard(pinned, from, bytes);
  }

  /** By the times that the device itself took of the first and the last command. */
  timed(queue: () => void): Launch {
    const context = this.#context;
    const { first, last } = context.timed(queue);
    return {
      isDone: () => context.isReached(last),
      milliseconds: () => context.millisecondsBetween(first, last),
      release() {
        context.forget(first);
        if (last !== first) context.forget(last);
      },
    };
  }

  rate(metric: RateMetric, seed: number): Rate | Unable {
    if (metric !== 'fp32') return { unable: 'OpenCL does not reach the tensor cores' };
    const { items, lanes } = this.#plan;
    return {
      operationsPerRound: items * lanes * CHAINS * UNROLL * 2 * 2,
      comparisons: items * lanes,
      golden: FP32_KERNEL.golden(seed),
      queue: (golden, errors, rounds) => this.#queue(ENTRIES.fp32, [golden, errors, rounds, seed]),
      placeOf: (number) => `work-group ${number}`,
    };
  }

  verify(area: Area, pattern: Pattern): Faults {
    return this.#check.verify(area, pattern);
  }

  close(): void {
    if (this.#program !== null) this.#context.forgetProgram(this.#program, this.#kernels.values());
    this.#context.close();
  }

  #queue(entry: string, args: readonly KernelArgument[]): void {
    this.#context.queueKernel(this.#kernel(entry), this.#plan, args);
  }

  // The program is compiled when it is needed first.
  #kernel(entry: string): bigint {
    this.#program ??= this.#context.build(this.#source, BUILD_OPTIONS);
    const kernel = this.#kernels.get(entry) ?? this.#context.kernelOf(this.#program, entry);
    this.#kernels.set(entry, kernel);
    return kernel;
  }
}
