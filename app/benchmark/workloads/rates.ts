import type { Faults } from '../../contract/benchmark.ts';
import type { Bench, Rate, RateMetric } from '../bench.ts';
import type { Unable, Workload } from '../compute.ts';
import { MOST_PLACES, NO_FAULTS } from '../faults.ts';
import { ERROR_LOG } from '../kernels/kernel.ts';

const GOLDEN_BYTES = 32 * 4;

/** Work that computes and checks itself. Throws NativeFault where the driver does not take its kernel. */
export function rateWorkload(bench: Bench, metric: RateMetric, seed: number): Workload | Unable {
  const rate = bench.rate(metric, seed);
  if ('unable' in rate) return rate;
  const golden = bench.allocate(GOLDEN_BYTES);
  const errors = bench.allocate(ERROR_LOG.bytes);
  const expect = (words: Uint32Array): void => bench.write(golden, new Uint8Array(words.buffer));
  const check = (): Faults => {
    const log = bench.read(errors, ERROR_LOG.bytes);
    bench.write(errors, Buffer.alloc(ERROR_LOG.bytes));
    return faultsIn(log, rate);
  };
  bench.write(errors, Buffer.alloc(ERROR_LOG.bytes));
  // With wrong words every thread has to complain: a card that does nothing would not.
  expect(rate.golden.map((word) => ~word));
  rate.queue(golden, errors, 1);
  let unseen = rate.comparisons - check().count;
  expect(rate.golden);
  return {
    metric,
    perRound: rate.operationsPerRound,
    launch: (rounds) => bench.timed(() => rate.queue(golden, errors, rounds)),
    check() {
      const faults = check();
      if (unseen === 0) return faults;
      const count = faults.count + unseen;
      unseen = 0;
      return { ...faults, count, places: ['threads that did nothing', ...faults.places] };
    },
    release() {
      bench.free(golden);
      bench.free(errors);
    },
  };
}

/** The log counts all that came out wrong and names the first of them. */
function faultsIn(log: Buffer, rate: Rate): Faults {
  const count = log.readUInt32LE(ERROR_LOG.count);
  if (count === 0) return NO_FAULTS;
  const entries = Array.from({ length: Math.min(count, ERROR_LOG.most) }, (_, i) =>
    log.readUInt32LE(ERROR_LOG.entries + i * ERROR_LOG.entryBytes),
  );
  const places = [...new Set(entries)].map((number) => rate.placeOf(number));
  // What comes out is a hash: its wrong bits say nothing.
  return { count, wrongBits: 0, places: places.slice(0, MOST_PLACES) };
}
