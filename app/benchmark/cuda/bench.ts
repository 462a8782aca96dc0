import type { CudaContext, KernelArgument } from '../../adapters/cuda/context.ts';
import type { DeviceFacts, Faults } from '../../contract/benchmark.ts';
import type { Launch } from '../compute.ts';
import { type KernelModule, MEMORY_ENTRIES, RESULT, THREADS } from '../kernels/kernel.ts';
import { BASE_MODULE } from '../kernels/modules.ts';

export const NO_FAULTS: Faults = { count: 0, wrongBits: 0, places: [] };
const BLIND: Faults = { count: 1, wrongBits: 0, places: ['the check itself'] };
/** So many places of wrong results are named. */
export const MOST_PLACES = 8;
/** Blocks for each multiprocessor: all of them hold four blocks of our kernels at once. */
const BLOCKS_EACH = 4;
/** A copy is 3 to 4 % faster in many short blocks (docs/measured-cards.md). */
const SHORT_BLOCKS_EACH = 64;
const PIECE_BYTES = 16;

/** What all kinds of work on a card share: its context, its modules, patterns in its memory. */
export class CudaBench {
  readonly context: CudaContext;
  readonly facts: DeviceFacts;
  readonly blocks: number;
  readonly #modules = new Map<string, bigint>();
  #blindness: Faults | null = null;

  constructor(context: CudaContext, facts: DeviceFacts) {
    this.context = context;
    this.facts = facts;
    this.blocks = facts.multiprocessors * BLOCKS_EACH;
  }

  /** A kernel of a module, which is compiled at its first use. Throws CudaFault. */
  kernel(module: KernelModule, entry: string): bigint {
    const loaded = this.#modules.get(module.name) ?? this.context.load(module.source());
    this.#modules.set(module.name, loaded);
    return this.context.functionOf(loaded, entry);
  }

  queue(kernel: bigint, args: readonly KernelArgument[]): void {
    this.context.queueKernel(kernel, { blocks: this.blocks, threads: THREADS }, args);
  }

  /** The same in many short blocks, for a kernel that takes any grid. */
  queueShort(kernel: bigint, args: readonly KernelArgument[]): void {
    const blocks = this.facts.multiprocessors * SHORT_BLOCKS_EACH;
    this.context.queueKernel(kernel, { blocks, threads: THREADS }, args);
  }

  /** The most bytes up to a limit that all memory kernels take. */
  wholeBytes(limit: number): number {
    const step = this.blocks * THREADS * 4 * PIECE_BYTES;
    return Math.floor(limit / step) * step;
  }

  queueFill(area: Area, pattern: Pattern): void {
    const kernel = this.kernel(BASE_MODULE, MEMORY_ENTRIES.fill);
    this.queue(kernel, [area.address, pieces(area), pattern.seed, inversion(pattern)]);
  }

  queueVerify(area: Area, pattern: Pattern, result: bigint): void {
    const kernel = this.kernel(BASE_MODULE, MEMORY_ENTRIES.verify);
    this.queue(kernel, [area.address, pieces(area), pattern.seed, inversion(pattern), result]);
  }

  /** Compares memory with a pattern at once; a comparison that would miss a fault is one itself. */
  verify(area: Area, pattern: Pattern): Faults {
    this.#blindness ??= this.#sight(area, pattern);
    return bothFaults(this.#blindness, this.#compare(area, pattern));
  }

  // One wrong bit is put in and has to be found; then the area is as before.
  #sight(area: Area, pattern: Pattern): Faults {
    const word = this.context.read(area.address, 4);
    this.context.write(area.address, Buffer.from([(word[0] ?? 0) ^ 4, ...word.subarray(1)]));
    const { count, wrongBits } = this.#compare(area, pattern);
    this.context.write(area.address, word);
    return count > 0 && (wrongBits & 4) !== 0 ? NO_FAULTS : BLIND;
  }

  #compare(area: Area, pattern: Pattern): Faults {
    return this.withMemory(RESULT.bytes, (result) => {
      this.context.write(result, EMPTY_RESULT);
      this.queueVerify(area, pattern, result);
      return faultsOf(this.context.read(result, RESULT.bytes), (byte) => `byte ${hex(byte)}`);
    });
  }

  withMemory<T>(bytes: number, use: (address: bigint) => T): T {
    const address = this.context.allocate(bytes);
    try {
      return use(address);
    } finally {
      this.context.free(address);
    }
  }

  /** Queues work between two events. */
  timed(queue: () => void): Launch {
    const { context } = this;
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
}

/** Memory of the card. */
export interface Area {
  readonly address: bigint;
  readonly bytes: number;
}

/** What memory holds: each word a hash of its place and the seed, or the opposite of it. */
export interface Pattern {
  readonly seed: number;
  readonly isInverted: boolean;
}

export function pieces(area: Area): bigint {
  return BigInt(area.bytes / PIECE_BYTES);
}

/** A result of `verify` before it is used: nothing wrong, and the lowest wrong place infinitely high. */
export const EMPTY_RESULT: Uint8Array = (() => {
  const bytes = Buffer.alloc(RESULT.bytes);
  bytes.writeBigUInt64LE(2n ** 64n - 1n, RESULT.first);
  return bytes;
})();

/** What `verify` wrote; `placeOf` names a byte offset. */
export function faultsOf(result: Buffer, placeOf: (byte: number) => string): Faults {
  const count = result.readUInt32LE(RESULT.count);
  if (count === 0) return NO_FAULTS;
  const first = Number(result.readBigUInt64LE(RESULT.first)) * PIECE_BYTES;
  const wrongBits = result.readUInt32LE(RESULT.wrongBits);
  return { count, wrongBits, places: [placeOf(first)] };
}

/** Both together. */
export function bothFaults(one: Faults, other: Faults): Faults {
  return {
    count: one.count + other.count,
    wrongBits: (one.wrongBits | other.wrongBits) >>> 0,
    places: [...new Set([...one.places, ...other.places])].slice(0, MOST_PLACES),
  };
}

export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

function inversion({ isInverted }: Pattern): number {
  return isInverted ? 0xffffffff : 0;
}
