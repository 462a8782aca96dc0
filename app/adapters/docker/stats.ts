import { z } from 'zod';
import { toFault } from './faults.ts';
import type { Wire } from './wire.ts';

/** What a container uses; disk and network count since it was started. Sizes in bytes. */
export interface Usage {
  /** UTC ms. */
  readonly at: number;
  /** Of one core: 200 are two cores. */
  readonly cpuPercent: number;
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number;
  readonly diskReadBytes: number;
  readonly diskWrittenBytes: number;
  readonly networkReceivedBytes: number;
  readonly networkSentBytes: number;
}

/** The engine looks twice, a second apart. */
const STATS_MS = 10_000;

const Count = z
  .number()
  .nullish()
  .transform((value) => Math.max(0, value ?? 0));

const Cpu = z.object({
  cpu_usage: z.object({ total_usage: Count }),
  system_cpu_usage: Count,
  online_cpus: Count,
});

/** The part of the answer that is read (Docker Engine API, ContainerStats). */
const Answer = z.object({
  read: z.string(),
  cpu_stats: Cpu,
  precpu_stats: Cpu,
  memory_stats: z.object({
    usage: Count,
    limit: Count,
    stats: z.object({ inactive_file: Count, total_inactive_file: Count }).nullish(),
  }),
  blkio_stats: z
    .object({
      io_service_bytes_recursive: z.array(z.object({ op: z.string(), value: Count })).nullish(),
    })
    .nullish(),
  networks: z.record(z.string(), z.object({ rx_bytes: Count, tx_bytes: Count })).nullish(),
});

/** What a running container uses now; null when it is gone. Throws EngineFault. */
export async function readUsage(wire: Wire, id: string): Promise<Usage | null> {
  const query = { stream: false };
  try {
    const call = { method: 'GET', path: `/containers/${id}/stats`, query } as const;
    return usageOf(await wire.ask(call, STATS_MS, Answer));
  } catch (error) {
    const fault = toFault(error);
    if (fault.kind === 'not-found') return null;
    throw fault;
  }
}

/** Reads an answer as the engine's own command line does ("docker stats"). */
function usageOf(answer: z.infer<typeof Answer>): Usage {
  const { memory_stats: memory, networks } = answer;
  const cached = memory.stats?.inactive_file || memory.stats?.total_inactive_file || 0;
  const ports = Object.values(networks ?? {});
  return {
    at: Date.parse(answer.read) || Date.now(),
    cpuPercent: cpuPercent(answer),
    // What the system keeps of files is given back when somebody needs it.
    memoryBytes: Math.max(0, memory.usage - cached),
    memoryLimitBytes: memory.limit,
    diskReadBytes: diskBytes(answer, 'read'),
    diskWrittenBytes: diskBytes(answer, 'write'),
    networkReceivedBytes: sum(ports.map(({ rx_bytes }) => rx_bytes)),
    networkSentBytes: sum(ports.map(({ tx_bytes }) => tx_bytes)),
  };
}

function cpuPercent({ cpu_stats: now, precpu_stats: before }: z.infer<typeof Answer>): number {
  const used = now.cpu_usage.total_usage - before.cpu_usage.total_usage;
  const all = now.system_cpu_usage - before.system_cpu_usage;
  return used > 0 && all > 0 ? (used / all) * Math.max(1, now.online_cpus) * 100 : 0;
}

function diskBytes({ blkio_stats: disk }: z.infer<typeof Answer>, what: 'read' | 'write'): number {
  const entries = disk?.io_service_bytes_recursive ?? [];
  return sum(entries.flatMap(({ op, value }) => (op.toLowerCase() === what ? [value] : [])));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
