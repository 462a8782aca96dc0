import type { MetricName } from '../../contract/benchmark.ts';
import type { Area, Bench, Pattern } from '../bench.ts';
import { NO_MEMORY, type Unable, type Workload } from '../compute.ts';
import { bothFaults, NO_FAULTS } from '../faults.ts';
import { freeAreas, takeAreas } from './areas.ts';

const MIB = 1024 ** 2;
const LINK_BYTES = 64 * MIB;
const SUM_BYTES = 16;

/** Reads an area in each round; what is read is summed up and must come to what the first reading did. */
export function readWorkload(bench: Bench, seed: number): Workload | Unable {
  const patternOf = upright(seed);
  const areas = takeAreas(bench, bench.sweepBytes(), patternOf);
  if (areas === null) return NO_MEMORY;
  const sum = bench.allocate(SUM_BYTES);
  const taken = (): number => {
    const value = bench.read(sum, SUM_BYTES).readUInt32LE();
    bench.write(sum, Buffer.alloc(SUM_BYTES));
    return value;
  };
  taken();
  const once = areas.map((area) => {
    bench.queueRead(area, sum);
    return { area, sum: taken() };
  });
  const turns = takeTurns(once);
  let expected = 0;
  return {
    metric: 'memory-read',
    perRound: bytesOf(areas),
    launch: (rounds) =>
      bench.timed(() => {
        for (const first of turns(rounds)) {
          bench.queueRead(first.area, sum);
          expected = (expected + first.sum) >>> 0;
        }
      }),
    check() {
      const isRight = once.every((first) => first.sum !== 0) && taken() === expected;
      expected = 0;
      const misread = { count: 1, wrongBits: 0, places: ['while reading'] };
      const held = areas.map((area, block) => bench.verify(area, patternOf(block)));
      return held.reduce(bothFaults, isRight ? NO_FAULTS : misread);
    },
    release() {
      freeAreas(bench, areas);
      bench.free(sum);
    },
  };
}

/** Copies an area to another in each round; counts reading and writing. */
export function copyWorkload(bench: Bench, seed: number): Workload | Unable {
  const patternOf = upright(seed);
  // What lies there at first is not what has to come.
  const spoiltOf = (block: number): Pattern => ({ ...patternOf(block), isInverted: true });
  // Asked once: half way there is less that is free.
  const bytes = bench.sweepBytes();
  const sources = takeAreas(bench, bytes, patternOf);
  if (sources === null) return NO_MEMORY;
  const targets = takeAreas(bench, bytes, spoiltOf);
  if (targets === null) {
    freeAreas(bench, sources);
    return NO_MEMORY;
  }
  const pairs = sources.flatMap((from, block) => {
    const to = targets[block];
    return to ? [{ from, to, block }] : [];
  });
  const turns = takeTurns(pairs);
  const copied = new Set<(typeof pairs)[number]>();
  return {
    metric: 'memory-copy',
    perRound: 2 * bytesOf(sources),
    launch: (rounds) =>
      bench.timed(() => {
        for (const pair of turns(rounds)) {
          bench.queueCopy(pair.to, pair.from);
          copied.add(pair);
        }
      }),
    check() {
      const faults = [...copied].map(({ from, to, block }) => {
        const pattern = patternOf(block);
        const both = bothFaults(bench.verify(from, pattern), bench.verify(to, pattern));
        bench.queueFill(to, spoiltOf(block));
        return both;
      });
      copied.clear();
      return faults.reduce(bothFaults, NO_FAULTS);
    },
    release() {
      freeAreas(bench, sources);
      freeAreas(bench, targets);
    },
  };
}

/** Copies between the device and memory of the computer that it reaches by itself; 64 MiB a round. */
export function linkWorkload(
  bench: Bench,
  metric: Extract<MetricName, `pcie-${string}`>,
  firstSeed: number,
): Workload {
  const bytes = bench.wholeBytes(Math.min(LINK_BYTES, bench.blockBytes));
  const source = { address: bench.allocate(bytes), bytes };
  const target = { address: bench.allocate(bytes), bytes };
  const pinned = bench.allocatePinned(bytes);
  const isToCard = metric === 'pcie-to-card';
  let seed = firstSeed;
  // New contents each time: what came over before cannot be taken for what comes now.
  const renew = (): void => {
    seed = (seed + 1) >>> 0;
    bench.queueFill(source, { seed, isInverted: false });
    if (isToCard) bench.queueFromCard(pinned, source.address, bytes);
    bench.settle();
  };
  renew();
  return {
    metric,
    perRound: bytes,
    launch: (rounds) =>
      bench.timed(() => {
        for (let i = 0; i < rounds; i++) {
          if (isToCard) bench.queueToCard(target.address, pinned, bytes);
          else bench.queueFromCard(pinned, source.address, bytes);
        }
      }),
    check() {
      if (!isToCard) bench.queueToCard(target.address, pinned, bytes);
      const faults = bench.verify(target, { seed, isInverted: false });
      renew();
      return faults;
    },
    release() {
      bench.free(source.address);
      bench.free(target.address);
      bench.freePinned(pinned);
    },
  };
}

function upright(seed: number): (block: number) => Pattern {
  return (block) => ({ seed: (seed + block) >>> 0, isInverted: false });
}

function bytesOf([first]: readonly Area[]): number {
  return first?.bytes ?? 0;
}

// The next so many of them, going round.
function takeTurns<T>(all: readonly T[]): (count: number) => T[] {
  let turn = 0;
  return (count) =>
    Array.from({ length: count }, () => all[turn++ % all.length]).filter(
      (one) => one !== undefined,
    );
}
