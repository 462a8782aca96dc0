import type { Faults } from '../contract/benchmark.ts';
import { type Area, type Bench, EMPTY_RESULT, faultsOf, type Pattern } from './bench.ts';
import { bothFaults, NO_FAULTS } from './faults.ts';
import { RESULT } from './kernels/kernel.ts';

type Memory = Pick<Bench, 'allocate' | 'free' | 'read' | 'write' | 'queueVerify'>;

const BLIND: Faults = { count: 1, wrongBits: 0, places: ['the check itself'] };

/** Compares memory with a pattern at once; a comparison that would miss a fault is one itself. */
export class PatternCheck {
  readonly #bench: Memory;
  #blindness: Faults | null = null;

  constructor(bench: Memory) {
    this.#bench = bench;
  }

  /** Waits for what is queued. */
  verify(area: Area, pattern: Pattern): Faults {
    this.#blindness ??= this.#sight(area, pattern);
    return bothFaults(this.#blindness, this.#compare(area, pattern));
  }

  // One wrong bit is put in and has to be found; then the area is as before.
  #sight(area: Area, pattern: Pattern): Faults {
    const word = this.#bench.read(area.address, 4);
    this.#bench.write(area.address, Buffer.from([(word[0] ?? 0) ^ 4, ...word.subarray(1)]));
    const { count, wrongBits } = this.#compare(area, pattern);
    this.#bench.write(area.address, word);
    return count > 0 && (wrongBits & 4) !== 0 ? NO_FAULTS : BLIND;
  }

  #compare(area: Area, pattern: Pattern): Faults {
    const result = this.#bench.allocate(RESULT.bytes);
    try {
      this.#bench.write(result, EMPTY_RESULT);
      this.#bench.queueVerify(area, pattern, result);
      return faultsOf(this.#bench.read(result, RESULT.bytes));
    } finally {
      this.#bench.free(result);
    }
  }
}
