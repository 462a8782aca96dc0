import { NativeFault } from '../../adapters/ffi.ts';
import type { Area, Bench, Pattern } from '../bench.ts';

/**
 * Equal areas of a block at most, `bytes` in all or a little less, each filled with its pattern. Null
 * where the device has not so much memory.
 */
export function takeAreas(
  bench: Bench,
  bytes: number,
  patternOf: (block: number) => Pattern,
): Area[] | null {
  const count = Math.max(1, Math.ceil(bytes / bench.blockBytes));
  const each = bench.wholeBytes(bytes / count);
  if (each === 0) return null;
  const areas: Area[] = [];
  try {
    for (let block = 0; block < count; block++) {
      const area = { address: bench.allocate(each), bytes: each };
      areas.push(area);
      // OpenCL gives memory at its first use: only now is it known to be there.
      bench.queueFill(area, patternOf(block));
      bench.settle();
    }
    return areas;
  } catch (error) {
    if (!(error instanceof NativeFault && error.isMemoryShort)) throw error;
    freeAreas(bench, areas);
    return null;
  }
}

export function freeAreas(bench: Bench, areas: readonly Area[]): void {
  for (const { address } of areas) bench.free(address);
}
