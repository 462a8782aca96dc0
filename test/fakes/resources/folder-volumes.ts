import { createHash } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { OffpeakError } from '../../../app/contract/errors.ts';
import type { ResourceVolume, ResourceVolumes, VolumeFile } from '../../../app/resources/ports.ts';

/**
 * Volumes as folders. Like the engine it leaves a part of a file when a write fails, refuses files
 * of another size than announced, and does not remove what a container uses.
 */
export class FolderVolumes implements ResourceVolumes {
  readonly root: string;
  free: number | null = null;
  /** Volumes that a container uses. */
  readonly inUse = new Set<string>();
  /** Paths whose writes are counted, in order, as they complete. */
  readonly written: string[] = [];
  /** Awaited before each write: to hold one up, or to fail it. */
  beforeWrite: (path: string) => Promise<void> = () => Promise.resolve();
  readonly #volumes = new Map<string, ResourceVolume>();

  constructor(root: string) {
    this.root = root;
  }

  create(key: string): Promise<string> {
    return Promise.resolve(this.#add(`cache-${key.slice(0, 16)}`, key, null));
  }

  createForRun(run: string, key: string): Promise<string> {
    return Promise.resolve(this.#add(`run-${hash(run)}-${key.slice(0, 16)}`, key, run));
  }

  async write(volume: string, file: VolumeFile, signal: AbortSignal): Promise<void> {
    const target = join(this.root, volume, file.path);
    await this.beforeWrite(file.path);
    mkdirSync(dirname(target), { recursive: true });
    await pipeline(file.body, createWriteStream(target), { signal });
    const size = readFileSync(target).length;
    if (size !== file.size) throw new Error(`${file.path} has ${size} bytes, not ${file.size}`);
    this.written.push(file.path);
  }

  remove(volume: string): Promise<void> {
    if (this.inUse.has(volume)) {
      return Promise.reject(new OffpeakError('containers.clean-up-incomplete'));
    }
    rmSync(join(this.root, volume), { recursive: true, force: true });
    this.#volumes.delete(volume);
    return Promise.resolve();
  }

  list(): Promise<readonly ResourceVolume[]> {
    return Promise.resolve([...this.#volumes.values()]);
  }

  freeBytes(): Promise<number | null> {
    return Promise.resolve(this.free);
  }

  /** All files of a volume with their content, by path. */
  files(volume: string): Record<string, string> {
    const folder = join(this.root, volume);
    if (!existsSync(folder)) return {};
    const found = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    return Object.fromEntries(
      found.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
    );
  }

  #add(volume: string, key: string, run: string | null): string {
    mkdirSync(join(this.root, volume), { recursive: true });
    this.#volumes.set(volume, { volume, key, run });
    return volume;
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
