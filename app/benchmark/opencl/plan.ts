import type { OpenClDevice } from '../../adapters/opencl/devices.ts';
import type { Cut } from './source.ts';

const MIB = 1024 ** 2;
/** As for CUDA: four groups of 256 fill a multiprocessor. */
const GROUP = 256;
const GROUPS_EACH = 4;
/** A copy is faster in many short groups (docs/measured.md). */
const SHORT_GROUPS_EACH = 64;
/** The largest second-level cache of a card so far: OpenCL does not say how large it is. */
const CARD_CACHE_BYTES = 128 * MIB;
const CACHES = 8;
/** OpenCL tells how much memory a card has, not how much is free. */
const FREE_SHARE = 0.9;
/** A processor shares its memory with everything else on the computer. */
const PROCESSOR_SHARE = 1 / 8;
const PROCESSOR_SPARE_BYTES = 768 * MIB;
const PROCESSOR_SWEEP_BYTES = 256 * MIB;

/** How work and memory are cut for a device. */
export interface Plan extends Cut {
  readonly items: number;
  /** The same for a copy. */
  readonly copyItems: number;
  readonly group: number;
  readonly blockBytes: number;
  readonly spareBytes: number;
  readonly sweepBytes: number;
}

/**
 * Cards get as many work-items as they hold at once. Processors get one for each core, and small blocks,
 * because they take long for one: a launch has to stay short.
 */
export function planFor(device: OpenClDevice): Plan {
  return device.facts.kind === 'cpu' ? planForProcessor(device) : planForCard(device);
}

function planForCard({ facts, floatWidth, mostAllocationBytes }: OpenClDevice): Plan {
  const spareBytes = facts.memoryBytes * FREE_SHARE;
  return {
    isContiguous: false,
    lanes: lanesOf(floatWidth),
    items: facts.multiprocessors * GROUPS_EACH * GROUP,
    copyItems: facts.multiprocessors * SHORT_GROUPS_EACH * GROUP,
    group: GROUP,
    blockBytes: Math.min(1024 * MIB, mostAllocationBytes),
    spareBytes,
    sweepBytes: Math.min(CACHES * CARD_CACHE_BYTES, spareBytes / 3, mostAllocationBytes),
  };
}

function planForProcessor({ facts, floatWidth, mostAllocationBytes }: OpenClDevice): Plan {
  const spareBytes = Math.min(PROCESSOR_SPARE_BYTES, facts.memoryBytes * PROCESSOR_SHARE);
  return {
    isContiguous: true,
    lanes: lanesOf(floatWidth),
    items: facts.multiprocessors,
    copyItems: facts.multiprocessors,
    group: 1,
    blockBytes: Math.min(16 * MIB, mostAllocationBytes),
    spareBytes,
    sweepBytes: Math.min(PROCESSOR_SWEEP_BYTES, spareBytes / 3),
  };
}

function lanesOf(floatWidth: number): number {
  return [16, 8, 4].find((lanes) => lanes <= floatWidth) ?? 1;
}
