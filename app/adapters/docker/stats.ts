import { setTimeout as sleep } from 'node:timers/promises';
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

/** Docker looks twice, a second apart. */
const STATS_MS = 10_000;
/** Podman looks once, so that we have to. */
const BETWEEN_MS = 1000;

const Count = z
  .number()
  .nullish()
  .transform((value) => Math.max(0, value ?? 0));

/** Nanoseconds of all cores together. */
const Cpu = z.object({ cpu_usage: z.object({ total_usage: Count }) });

/** UTC ms; the engine writes the year 1 for "never". */
const Moment = z.string().transform((text) => Math.max(0, Date.parse(text) || 0));

/** The part of the answer that is read (Docker Engine API, ContainerStats). */
const Answer = z.object({
  read: Moment,
  preread: Moment,
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

type Answer = z.infer<typeof Answer>;

/** What a running container uses now; null when it is gone. Throws EngineFault. */
export async function readUsage(wire: Wire, id: string): Promise<Usage | null> {
  try {
    const first = await ask(wire, id);
    if (first.preread > 0) return usageOf(first, momentBefore(first));
    await sleep(BETWEEN_MS);
    return usageOf(await ask(wire, id), momentOf(first));
  } catch (error) {
    const fault = toFault(error);
    if (fault.kind === 'not-found') return null;
    throw fault;
  }
}

function ask(wire: Wire, id: string): Promise<Answer> {
  const query = { stream: false };
  const call = { method: 'GET', path: `/containers/${id}/stats`, query } as const;
  return wire.ask(call, STATS_MS, Answer);
}

/** How much the processors have worked for a container until a moment. */
interface Work {
  readonly at: number;
  readonly nanoseconds: number;
}

function momentOf({ read, cpu_stats: { cpu_usage } }: Answer): Work {
  return { at: read, nanoseconds: cpu_usage.total_usage };
}

function momentBefore({ preread, precpu_stats: { cpu_usage } }: Answer): Work {
  return { at: preread, nanoseconds: cpu_usage.total_usage };
}

/** Reads an answer as the engine's own command line does ("docker stats"). */
function usageOf(answer: Answer, before: Work): Usage {
  const { memory_stats: memory, networks } = answer;
  const cached = memory.stats?.inactive_file || memory.stats?.total_inactive_file || 0;
  const ports = Object.values(networks ?? {});
  return {
    at: answer.read || Date.now(),
    cpuPercent: cpuPercent(before, momentOf(answer)),
    // What the system keeps of files is given back when somebody needs it.
    memoryBytes: Math.max(0, memory.usage - cached),
    memoryLimitBytes: memory.limit,
    diskReadBytes: diskBytes(answer, 'read'),
    diskWrittenBytes: diskBytes(answer, 'write'),
    networkReceivedBytes: sum(ports.map(({ rx_bytes }) => rx_bytes)),
    networkSentBytes: sum(ports.map(({ tx_bytes }) => tx_bytes)),
  };
}

function cpuPercent(before: Work, now: Work): number {
  const workMs = (now.nanoseconds - before.nanoseconds) / 1e6;
  const ms = now.at - before.at;
  return workMs > 0 && ms > 0 ? (workMs / ms) * 100 : 0;
}

function diskBytes({ blkio_stats: disk }: Answer, what: 'read' | 'write'): number {
  const entries = disk?.io_service_bytes_recursive ?? [];
  return sum(entries.flatMap(({ op, value }) => (op.toLowerCase() === what ? [value] : [])));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
