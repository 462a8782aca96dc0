import type { Faults } from '../../contract/benchmark.ts';
import type { Workload } from '../compute.ts';
import { type ComputeKernel, ERROR_LOG, type KernelModule, THREADS } from '../kernels/kernel.ts';
import { type CudaBench, MOST_PLACES, NO_FAULTS } from './bench.ts';

const GOLDEN_BYTES = 32 * 4;

/** Work that computes and checks itself. Throws CudaFault where the driver does not take its module. */
export function rateWorkload(
  bench: CudaBench,
  { module, kernel }: { readonly module: KernelModule; readonly kernel: ComputeKernel },
  seed: number,
): Workload {
  const { context } = bench;
  const call = bench.kernel(module, kernel.entry);
  const golden = context.allocate(GOLDEN_BYTES);
  const errors = context.allocate(ERROR_LOG.bytes);
  const words = kernel.golden(seed);
  const expect = (all: Uint32Array): void => context.write(golden, new Uint8Array(all.buffer));
  const queue = (rounds: number): void => bench.queue(call, [golden, errors, rounds, seed]);
  const check = (): Faults => {
    const log = context.read(errors, ERROR_LOG.bytes);
    context.write(errors, Buffer.alloc(ERROR_LOG.bytes));
    return faultsIn(log);
  };
  context.write(errors, Buffer.alloc(ERROR_LOG.bytes));
  // With wrong words every thread has to complain: a card that does nothing would not.
  expect(words.map((word) => ~word));
  queue(1);
  let unseen = bench.blocks * THREADS - check().count;
  expect(words);
  return {
    metric: kernel.metric,
    perRound: kernel.operationsPerBlock * bench.blocks,
    launch: (rounds) => bench.timed(() => queue(rounds)),
    check() {
      const faults = check();
      if (unseen === 0) return faults;
      const count = faults.count + unseen;
      unseen = 0;
      return { ...faults, count, places: ['threads that did nothing', ...faults.places] };
    },
    release() {
      context.free(golden);
      context.free(errors);
    },
  };
}

/** The log counts all threads that came out wrong and names the first of them. */
function faultsIn(log: Buffer): Faults {
  const count = log.readUInt32LE(ERROR_LOG.count);
  if (count === 0) return NO_FAULTS;
  const entries = Array.from({ length: Math.min(count, ERROR_LOG.most) }, (_, i) =>
    log.readUInt32LE(ERROR_LOG.entries + i * ERROR_LOG.entryBytes),
  );
  const places = [...new Set(entries)].map((number) => `multiprocessor ${number}`);
  // What comes out is a hash: its wrong bits say nothing.
  return { count, wrongBits: 0, places: places.slice(0, MOST_PLACES) };
}
