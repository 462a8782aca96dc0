import { Container, DiskUse } from './answers.ts';
import { toFault } from './faults.ts';
import type { Wire } from './wire.ts';

/** The engine adds up files: with many of them, or on a slow disk, it needs its time. */
const SIZE_MS = 60_000;

/**
 * Bytes that a container has written: to its own disk, and to volumes that it may write, those that
 * its image asks for included. Null when it is gone. Throws EngineFault.
 */
export async function bytesWritten(wire: Wire, id: string): Promise<number | null> {
  const path = `/containers/${id}/json`;
  try {
    const call = { method: 'GET', path, query: { size: 1 } } as const;
    const container = await wire.ask(call, SIZE_MS, Container);
    const volumes = (container.Mounts ?? []).filter(({ Type, RW }) => Type === 'volume' && RW);
    const names = volumes.flatMap(({ Name }) => Name ?? []);
    return (container.SizeRw ?? 0) + (await sizeOfVolumes(wire, names));
  } catch (error) {
    const fault = toFault(error);
    if (fault.kind === 'not-found') return null;
    throw fault;
  }
}

async function sizeOfVolumes(wire: Wire, names: readonly string[]): Promise<number> {
  if (names.length === 0) return 0;
  // Engines before 23.0 ignore the type and count everything.
  const call = { method: 'GET', path: '/system/df', query: { type: 'volume' } } as const;
  const { Volumes } = await wire.ask(call, SIZE_MS, DiskUse);
  return (Volumes ?? [])
    .filter(({ Name }) => names.includes(Name))
    .reduce((sum, { UsageData }) => sum + Math.max(0, UsageData?.Size ?? 0), 0);
}
