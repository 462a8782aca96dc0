import type { Area, Bench, Pattern } from '../bench.ts';
import { EMPTY_RESULT, faultsOf } from '../bench.ts';
import { NO_MEMORY, type Unable, type Workload } from '../compute.ts';
import { bothFaults, hex, NO_FAULTS } from '../faults.ts';
import { RESULT } from '../kernels/kernel.ts';
import { takeAreas } from './areas.ts';

/** The driver needs some memory for itself, and others may take some meanwhile. */
const SHARES = [0.85, 0.7, 0.5];

/** A part of the memory under test. */
interface Block {
  readonly area: Area;
  readonly result: bigint;
  held: Pattern;
}

/**
 * Goes through memory block by block: a round looks whether a block still holds what was written a whole
 * sweep ago, and writes another pattern, the opposite one every other time.
 */
export function memoryTestWorkload(bench: Bench, seed: number): Workload | Unable {
  const blocks = takeBlocks(bench, seed);
  const [first] = blocks;
  if (first === undefined) return NO_MEMORY;
  let faults = bench.verify(first.area, first.held);
  let turn = 0;
  const round = (): void => {
    const block = blocks[turn++ % blocks.length] ?? first;
    bench.queueVerify(block.area, block.held, block.result);
    block.held = nextPattern(block.held, blocks.length);
    bench.queueFill(block.area, block.held);
  };
  return {
    metric: 'memory-test',
    perRound: 2 * first.area.bytes,
    launch: (rounds) =>
      bench.timed(() => {
        for (let i = 0; i < rounds; i++) round();
      }),
    check() {
      const found = blocks.map(({ result }, number) => {
        const bytes = bench.read(result, RESULT.bytes);
        bench.write(result, EMPTY_RESULT);
        return faultsOf(bytes, (byte) => `byte ${hex(byte)} of block ${number}`);
      });
      const all = found.reduce(bothFaults, faults);
      faults = NO_FAULTS;
      return all;
    },
    release() {
      for (const { area, result } of blocks) {
        bench.free(area.address);
        bench.free(result);
      }
    },
  };
}

// Upside down first; then the seed of no other block.
function nextPattern({ seed, isInverted }: Pattern, blocks: number): Pattern {
  return { seed: isInverted ? (seed + blocks) >>> 0 : seed, isInverted: !isInverted };
}

function takeBlocks(bench: Bench, seed: number): Block[] {
  const patternOf = (block: number): Pattern => ({
    seed: (seed + block) >>> 0,
    isInverted: false,
  });
  const spare = bench.spareBytes();
  for (const share of SHARES) {
    const areas = takeAreas(bench, spare * share, patternOf);
    if (areas) return areas.map((area, block) => blockOf(bench, area, patternOf(block)));
  }
  return [];
}

function blockOf(bench: Bench, area: Area, held: Pattern): Block {
  const result = bench.allocate(RESULT.bytes);
  bench.write(result, EMPTY_RESULT);
  return { area, result, held };
}
