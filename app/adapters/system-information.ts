import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { z } from 'zod';
import { runBriefChild } from '../platform/brief-child.ts';

/** All parts together take about 0.3 s on an idle computer, more where DNS is slow. */
const DEADLINE_MS = 8000;

/** What this computer is; null where it does not say. Sizes in bytes. */
export interface HostFacts {
  readonly osName: string | null;
  readonly osRelease: string | null;
  /** Node's name for the processor: `x64`, `arm64`, … */
  readonly arch: string;
  readonly hostname: string | null;
  readonly cpuModel: string | null;
  /** Logical processors: what container engines count. */
  readonly cpuCores: number | null;
  readonly memoryBytes: number | null;
  /** What programs can still get, caches that would make room included. */
  readonly memoryFreeBytes: number | null;
  /** Of the disk that holds the path asked for. */
  readonly diskTotalBytes: number | null;
  readonly diskFreeBytes: number | null;
  /** A virtual machine, as far as it can be noticed. */
  readonly virtual: boolean | null;
  /** False for a computer without a battery. */
  readonly onBattery: boolean | null;
}

export interface HostFactsOptions {
  /** The file or folder whose disk is meant; it may not exist yet. */
  readonly diskPath: string;
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The module system-information-child, where it does not lie beside this file. */
  readonly childEntry?: URL | string | undefined;
}

/**
 * Reads the facts about this computer through systeminformation, in a child process with a deadline:
 * what has not arrived by then is null. Rejects only when aborted, and never blocks.
 */
export async function readHostFacts(options: HostFactsOptions): Promise<HostFacts> {
  const { timeoutMs = DEADLINE_MS, signal, diskPath } = options;
  const parts: Record<string, unknown> = {};
  const entry = options.childEntry ?? childEntry();
  const [, path] = await Promise.all([
    runBriefChild({ entry, env: process.env, timeoutMs, signal }, (message) => {
      const answer = Answer.safeParse(message);
      if (answer.success) parts[answer.data.part] = answer.data.value;
      return answer.data?.part === 'end' ? answer.data : null;
    }),
    // The disk is that of the real place, behind symbolic links, where there is one already.
    realpath(diskPath).catch(() => diskPath),
  ]);
  return toFacts(Parts.parse(parts), path);
}

const Answer = z.object({ part: z.string(), value: z.unknown() });

const text = z.string().transform((value) => (isWord(value) ? value : null));
const amount = z.number().positive();

// systeminformation answers 0, '' or 'unknown' for what it does not find.
const Parts = z.object({
  memory: unknownAsNull(z.object({ total: amount, available: z.number() })),
  disks: unknownAsNull(
    z.array(z.object({ mount: z.string(), size: amount, available: z.number() })),
  ),
  battery: unknownAsNull(z.object({ hasBattery: z.boolean(), acConnected: z.boolean() })),
  cpu: unknownAsNull(z.object({ manufacturer: z.string(), brand: z.string(), cores: amount })),
  machine: unknownAsNull(z.object({ virtual: z.boolean() })),
  os: unknownAsNull(z.object({ distro: text, release: text, hostname: text })),
});
type Parts = z.infer<typeof Parts>;

function unknownAsNull<Schema extends z.ZodType>(
  schema: Schema,
): z.ZodCatch<z.ZodNullable<Schema>> {
  return schema.nullable().catch(null);
}

function toFacts(parts: Parts, path: string): HostFacts {
  const { memory, battery, cpu, machine, os } = parts;
  const disk = diskOf(path, parts.disks ?? []);
  return {
    osName: os?.distro ?? null,
    osRelease: os?.release ?? null,
    arch: process.arch,
    hostname: os?.hostname ?? null,
    cpuModel: cpu && isWord(cpu.brand) ? `${cpu.manufacturer} ${cpu.brand}`.trim() : null,
    cpuCores: cpu?.cores ?? null,
    memoryBytes: memory?.total ?? null,
    memoryFreeBytes: memory?.available ?? null,
    diskTotalBytes: disk?.size ?? null,
    diskFreeBytes: disk?.available ?? null,
    virtual: machine?.virtual ?? null,
    onBattery: battery && (battery.hasBattery ? !battery.acConnected : false),
  };
}

type Disk = NonNullable<Parts['disks']>[number];

// The deepest mount above the path. Windows calls them "C:" and does not care about case.
function diskOf(path: string, disks: readonly Disk[]): Disk | null {
  const place = withSeparator(path);
  const above = disks.filter((disk) => place.startsWith(withSeparator(disk.mount)));
  return above.toSorted((a, b) => b.mount.length - a.mount.length)[0] ?? null;
}

function withSeparator(path: string): string {
  const whole = path.endsWith(sep) ? path : path + sep;
  return sep === '\\' ? whole.toLowerCase() : whole;
}

function isWord(value: string): boolean {
  return value.trim() !== '' && value !== 'unknown';
}

function childEntry(): URL {
  const source = new URL('./system-information-child.ts', import.meta.url);
  return import.meta.url.endsWith('.js') ? new URL(source.href.replace(/\.ts$/, '.js')) : source;
}
