import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

/*
 * Part of the stand-in for the host manager: what it remembers of each host, in memory and in a
 * file.
 */

const HostEntry = z.object({
  email: z.string(),
  status: z.enum(['ONBOARDED', 'REJECTED']),
  /** The benchmark it was last asked to run. */
  benchmark: z.object({ id: z.string(), seconds: z.number().nullable(), passed: z.boolean() }),
  /** UTC ms; null while nothing stands in the way of a test. */
  nextTestAt: z.number().nullable(),
  synced: z.boolean(),
  /** Heartbeats heard, by UTC day (`2026-11-25`). */
  heartbeats: z.record(z.string(), z.number()),
});
export type HostEntry = z.infer<typeof HostEntry>;

const Kept = z.record(z.string(), HostEntry);

/** Hosts by address. */
export class HostRegister {
  readonly #file: string;
  readonly #hosts: Map<string, HostEntry>;

  /** A file that cannot be read is begun anew: hosts register again by themselves. */
  constructor(file: string) {
    this.#file = file;
    this.#hosts = new Map(Object.entries(readKept(file)));
  }

  get(host: string): HostEntry | null {
    return this.#hosts.get(host) ?? null;
  }

  /** Remembers what changed. */
  put(host: string, entry: HostEntry): void {
    this.#hosts.set(host, entry);
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    const text = JSON.stringify(Object.fromEntries(this.#hosts));
    writeFileSync(`${this.#file}.new`, text, { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }
}

function readKept(file: string): z.infer<typeof Kept> {
  if (!existsSync(file)) return {};
  try {
    return Kept.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return {};
  }
}
