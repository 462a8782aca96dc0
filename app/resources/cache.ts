import { OffpeakError } from '../contract/errors.ts';
import type { Database } from '../storage/database.ts';
import { CacheTable, type VolumeRow } from './cache-table.ts';
import { DEFAULT_QUOTA_BYTES } from './limits.ts';
import type { ResourceVolumes } from './ports.ts';
import { makeRoom, type KeptVolume } from './quota.ts';

export interface CacheOptions {
  readonly db: Database;
  readonly volumes: ResourceVolumes;
  /** UTC ms. */
  readonly now: () => number;
  /** Read anew for each resource. */
  readonly quotaBytes: (() => number) | undefined;
}

/** A resource that wants its volume. `run` is null for the shared one. */
export interface Wanted {
  readonly key: string;
  readonly run: string | null;
  readonly label: string;
  readonly bytes: number;
  readonly files: number;
}

export interface Place {
  readonly volume: string;
  readonly complete: ReadonlySet<string>;
}

/** Keeps volumes within the quota. What fits and what goes is decided for one resource at a time. */
export class Cache {
  readonly table: CacheTable;
  readonly #options: CacheOptions;
  readonly #filling = new Set<string>();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: CacheOptions) {
    this.#options = options;
    this.table = new CacheTable(options.db);
  }

  /** The volume for a resource, with room made for what is missing. Throws `resources.…`. */
  open(wanted: Wanted): Promise<Place> {
    return this.#alone(async () => {
      const row = await this.#knownRow(wanted);
      const missingBytes = wanted.bytes - (row?.complete_bytes ?? 0);
      const isComplete = row?.complete_files === wanted.files;
      if (!isComplete) await this.#makeRoom(wanted, missingBytes, row?.volume ?? null);
      const volume = row?.volume ?? (await this.#create(wanted));
      this.#filling.add(volume);
      return { volume, complete: this.table.completePaths(volume) };
    });
  }

  /** Nothing more comes into this volume for now. */
  close(volume: string): void {
    this.#filling.delete(volume);
  }

  /** Removes a volume that was given up. */
  drop(volume: string): Promise<void> {
    return this.#alone(() => this.#drop(volume));
  }

  /** Removes the shared volume of a key. Throws `resources.not-kept` and `resources.in-use`. */
  remove(key: string): Promise<void> {
    return this.#alone(async () => {
      const row = this.shared(key);
      if (this.isInUse(row)) throw new OffpeakError('resources.in-use');
      await this.#drop(row.volume);
    });
  }

  /** Throws `resources.not-kept`. */
  shared(key: string): VolumeRow {
    const row = this.table.find(key, null);
    if (row === null) throw new OffpeakError('resources.not-kept');
    return row;
  }

  isInUse({ volume, holds }: VolumeRow): boolean {
    return holds > 0 || this.#filling.has(volume);
  }

  /** Makes memory and engine agree, after either was changed without the other. */
  reconcile(): Promise<void> {
    return this.#alone(async () => {
      const listed = await this.#options.volumes.list();
      const there = new Set(listed.map(({ volume }) => volume));
      const rows = this.table.all();
      for (const { volume } of rows) if (!there.has(volume)) this.table.remove(volume);
      const known = new Set(rows.map(({ volume }) => volume));
      // The volume of a run goes with the run; nobody else removes it.
      const strays = listed.filter(({ volume, run }) => run === null && !known.has(volume));
      // One that cannot be removed now is a stray at the next start too.
      for (const { volume } of strays)
        await this.#options.volumes.remove(volume).catch(() => undefined);
    });
  }

  // What the memory says is worth nothing when the owner has removed the volume by hand.
  async #knownRow({ key, run }: Wanted): Promise<VolumeRow | null> {
    const row = this.table.find(key, run);
    const listed = await this.#options.volumes.list();
    if (row !== null && listed.some(({ volume }) => volume === row.volume)) return row;
    if (row !== null) this.table.remove(row.volume);
    const stray = listed.find((one) => one.key === key && one.run === run);
    if (stray !== undefined) await this.#options.volumes.remove(stray.volume);
    return null;
  }

  async #create(wanted: Wanted): Promise<string> {
    const { volumes, now } = this.#options;
    const { key, run } = wanted;
    const volume = await (run === null ? volumes.create(key) : volumes.createForRun(run, key));
    this.table.insert({ ...wanted, volume }, now());
    return volume;
  }

  async #makeRoom(wanted: Wanted, missingBytes: number, own: string | null): Promise<void> {
    const { volumes, quotaBytes } = this.#options;
    const stuck = new Set<string>();
    for (;;) {
      const kept = this.#kept(stuck).filter(({ volume }) => volume !== own);
      const answer = makeRoom({
        bytes: wanted.bytes,
        missingBytes,
        kept,
        quotaBytes: quotaBytes?.() ?? DEFAULT_QUOTA_BYTES,
        freeBytes: await volumes.freeBytes(),
      });
      if (!answer.ok) throw refusal(wanted, answer.reason, answer.limitBytes);
      const [volume] = answer.evict;
      if (volume === undefined) return;
      // A container that was left behind may still use it: then another has to go.
      await this.#drop(volume).catch(() => stuck.add(volume));
    }
  }

  #kept(stuck: ReadonlySet<string>): readonly KeptVolume[] {
    return this.table.all().map((row) => ({
      volume: row.volume,
      bytes: row.bytes,
      completeBytes: row.complete_bytes,
      usedAt: row.used_at,
      isFixed: isFixed(row) || this.#filling.has(row.volume) || stuck.has(row.volume),
      isFilling: this.#filling.has(row.volume),
    }));
  }

  async #drop(volume: string): Promise<void> {
    await this.#options.volumes.remove(volume);
    this.table.remove(volume);
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#queue.then(work, work);
    this.#queue = mine.catch(() => undefined);
    return mine;
  }
}

function isFixed({ pinned, holds, run }: VolumeRow): boolean {
  return pinned || holds > 0 || run !== null;
}

function refusal(
  { label, bytes }: Wanted,
  reason: 'too-large' | 'no-room' | 'disk-full',
  limitBytes: number,
): OffpeakError {
  const [size, limit] = [gigabytes(bytes), gigabytes(limitBytes)];
  switch (reason) {
    case 'too-large': {
      const message = `The files of ${label} take ${size}; Offpeak may keep ${limit} in all.`;
      return new OffpeakError('resources.too-large', { message });
    }
    case 'no-room': {
      const message = `The files of ${label} take ${size}; too much of the ${limit} that Offpeak may keep is pinned or in use.`;
      return new OffpeakError('resources.too-large', { message });
    }
    case 'disk-full': {
      const message = `The files of ${label} take ${size}; of this disk, Offpeak may fill ${limit} in all.`;
      return new OffpeakError('resources.disk-full', { message });
    }
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
