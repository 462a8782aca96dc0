import type { MetricName } from '../../contract/benchmark.ts';
import type { Workload } from '../compute.ts';
import { MEMORY_ENTRIES } from '../kernels/kernel.ts';
import { BASE_MODULE } from '../kernels/modules.ts';
import { type Area, bothFaults, type CudaBench, NO_FAULTS, pieces } from './bench.ts';

const MIB = 1024 ** 2;
/** Far more than the caches hold. */
const LEAST_BYTES = 512 * MIB;
const CACHES = 8;
const SUM_BYTES = 16;

/** How much memory a measurement of bandwidth goes through; at most a third of what is free. */
function sweepBytes(bench: CudaBench): number {
  const wanted = Math.max(LEAST_BYTES, CACHES * (bench.facts.l2Bytes ?? 0));
  return bench.wholeBytes(Math.min(wanted, bench.context.freeBytes() / 3));
}

/** Reads all of an area in each round; what is read is summed up and must always be the same. */
export function readWorkload(bench: CudaBench, seed: number): Workload {
  const { context } = bench;
  const area = allocate(bench);
  const sum = context.allocate(SUM_BYTES);
  const pattern = { seed, isInverted: false };
  const kernel = bench.kernel(BASE_MODULE, MEMORY_ENTRIES.read);
  const queue = (): void => bench.queue(kernel, [area.address, pieces(area), sum]);
  const taken = (): number => {
    const value = context.read(sum, SUM_BYTES).readUInt32LE();
    context.write(sum, Buffer.alloc(SUM_BYTES));
    return value;
  };
  bench.queueFill(area, pattern);
  taken();
  queue();
  const once = taken();
  let rounds = 0;
  return {
    metric: 'memory-read',
    perRound: area.bytes,
    launch: (count) =>
      bench.timed(() => {
        rounds += count;
        for (let i = 0; i < count; i++) queue();
      }),
    check() {
      const isRight = once !== 0 && taken() === Math.imul(once, rounds) >>> 0;
      rounds = 0;
      const misread = { count: 1, wrongBits: 0, places: ['while reading'] };
      return bothFaults(isRight ? NO_FAULTS : misread, bench.verify(area, pattern));
    },
    release() {
      context.free(area.address);
      context.free(sum);
    },
  };
}

/** Copies one area to another in each round; counts reading and writing. */
export function copyWorkload(bench: CudaBench, seed: number): Workload {
  const { context } = bench;
  const from = allocate(bench);
  const to = { ...from, address: context.allocate(from.bytes) };
  const pattern = { seed, isInverted: false };
  const kernel = bench.kernel(BASE_MODULE, MEMORY_ENTRIES.copy);
  // What lies there at first is not what has to come.
  const spoil = (): void => bench.queueFill(to, { seed, isInverted: true });
  bench.queueFill(from, pattern);
  spoil();
  return {
    metric: 'memory-copy',
    perRound: 2 * from.bytes,
    launch: (count) =>
      bench.timed(() => {
        for (let i = 0; i < count; i++) {
          bench.queueShort(kernel, [to.address, from.address, pieces(from)]);
        }
      }),
    check() {
      const faults = bothFaults(bench.verify(from, pattern), bench.verify(to, pattern));
      spoil();
      return faults;
    },
    release() {
      context.free(from.address);
      context.free(to.address);
    },
  };
}

/** Copies between the card and memory of the computer that it reaches by itself; 64 MiB a round. */
export function linkWorkload(
  bench: CudaBench,
  metric: Extract<MetricName, 'pcie-to-card' | 'pcie-from-card'>,
  firstSeed: number,
): Workload {
  const { context } = bench;
  const bytes = bench.wholeBytes(64 * MIB);
  const source = { address: context.allocate(bytes), bytes };
  const target = { address: context.allocate(bytes), bytes };
  const pinned = context.allocatePinned(bytes);
  const isToCard = metric === 'pcie-to-card';
  let seed = firstSeed;
  // New contents each time: what came over before cannot be taken for what comes now.
  const renew = (): void => {
    seed = (seed + 1) >>> 0;
    bench.queueFill(source, { seed, isInverted: false });
    if (isToCard) context.queueFromCard(pinned, source.address, bytes);
    context.settle();
  };
  renew();
  return {
    metric,
    perRound: bytes,
    launch: (count) =>
      bench.timed(() => {
        for (let i = 0; i < count; i++) {
          if (isToCard) context.queueToCard(target.address, pinned, bytes);
          else context.queueFromCard(pinned, source.address, bytes);
        }
      }),
    check() {
      if (!isToCard) context.queueToCard(target.address, pinned, bytes);
      const faults = bench.verify(target, { seed, isInverted: false });
      renew();
      return faults;
    },
    release() {
      context.free(source.address);
      context.free(target.address);
      context.freePinned(pinned);
    },
  };
}

function allocate(bench: CudaBench): Area {
  const bytes = sweepBytes(bench);
  return { address: bench.context.allocate(bytes), bytes };
}
