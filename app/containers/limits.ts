import type { Capacity } from './shapes.ts';

/** What one container may use at most. Sizes in bytes, processor time in billionths of a core. */
export interface Limits {
  readonly memoryBytes: number;
  readonly nanoCpus: number;
  readonly processes: number;
  readonly sharedMemoryBytes: number;
  readonly diskBytes: number;
}

const GIB = 1024 ** 3;
const MAX_DISK_BYTES = 200 * GIB;
/** Of what is free now: half is the owner's. Where it is not known, what most jobs need. */
const DISK_SHARE = 0.5;
const UNKNOWN_DISK_BYTES = 20 * GIB;

/**
 * The share of a computer that a container gets; the owner keeps the rest: a quarter of the memory
 * but at least 2 GiB, a quarter of the cores but at least one, of a small computer one half, and
 * half of the free disk. `engine` may be smaller than `computer`, where it lives in a virtual
 * machine.
 */
export function limitsFor(
  computer: Capacity,
  engine: Capacity,
  freeDiskBytes: number | null,
): Limits {
  const memory = Math.min(computer.memoryBytes, engine.memoryBytes);
  const cores = Math.min(computer.cores, engine.cores);
  const memoryBytes = Math.floor(memory - Math.min(memory / 2, Math.max(memory / 4, 2 * GIB)));
  const diskShare = freeDiskBytes === null ? UNKNOWN_DISK_BYTES : freeDiskBytes * DISK_SHARE;
  return {
    memoryBytes,
    nanoCpus: Math.floor((cores - Math.min(cores / 2, Math.max(cores / 4, 1))) * 1e9),
    // Data loaders and inference servers start some hundred threads per core; a fork bomb stops here.
    processes: Math.min(8192, Math.max(1024, cores * 512)),
    // Docker's own 64 MiB break PyTorch workers, which pass tensors through /dev/shm. What is
    // written there counts as memory, so it costs nothing on top.
    sharedMemoryBytes: Math.min(memoryBytes, Math.max(GIB, Math.floor(memoryBytes / 4))),
    diskBytes: Math.floor(Math.min(MAX_DISK_BYTES, diskShare)),
  };
}
