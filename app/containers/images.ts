import type { DockerEngine } from '../adapters/docker/engine.ts';
import type { EngineFacts } from '../adapters/docker/facts.ts';
import { EngineFault, toFault } from '../adapters/docker/faults.ts';
import { OffpeakError } from '../contract/errors.ts';
import type { PullProgress } from '../contract/job.ts';
import { PullTally } from './pull-progress.ts';
import type { BundledImage } from './shapes.ts';
import { isImageReference } from './spec-check.ts';

interface ImageFound {
  readonly imageId: string;
  readonly digest: string | null;
}

/** Sees to it that images are there: from Offpeak's own archives or from their registry. */
export class ImageStore {
  readonly #bundled: () => readonly BundledImage[];
  readonly #stallMs: number;
  /** Ids that our archives got in engines whose ids are not those of the archive. */
  readonly #loadedIds = new Map<string, string>();

  constructor(bundled: () => readonly BundledImage[], stallMs: number) {
    this.#bundled = bundled;
    this.#stallMs = stallMs;
  }

  /** Throws EngineFault or OffpeakError, also when the signal aborts. */
  async ensure(
    engine: DockerEngine,
    facts: EngineFacts,
    image: string,
    options: { onProgress: (progress: PullProgress) => void; signal: AbortSignal },
  ): Promise<ImageFound> {
    if (!isImageReference(image)) throw new EngineFault('image-missing', image);
    const bundled = this.#bundled().find((one) => one.reference === image);
    if (bundled !== undefined) return this.#load(engine, facts, bundled, options.signal);
    const present = await engine.image(image);
    if (present === null) await this.#pull(engine, image, options);
    const found = present ?? (await engine.image(image));
    if (found === null) throw new EngineFault('image-missing', image);
    return { imageId: found.id, digest: digestOf(image, found.digests) };
  }

  // A name of ours must mean our archive: someone else's image under it is replaced, never run.
  async #load(
    engine: DockerEngine,
    facts: EngineFacts,
    bundled: BundledImage,
    signal: AbortSignal,
  ): Promise<ImageFound> {
    const wanted = this.#loadedIds.get(bundled.reference) ?? bundled.imageId;
    const present = await engine.image(bundled.reference);
    if (present?.id === wanted) return { imageId: present.id, digest: null };
    try {
      await engine.load(bundled.archivePath, signal);
    } catch (error) {
      throw damagedUnlessAway(error);
    }
    const loaded = await engine.image(bundled.reference);
    if (loaded === null) throw new OffpeakError('containers.archive-damaged');
    if (loaded.id !== bundled.imageId && !facts.containerdStore) {
      throw new OffpeakError('containers.archive-damaged');
    }
    this.#loadedIds.set(bundled.reference, loaded.id);
    return { imageId: loaded.id, digest: null };
  }

  async #pull(
    engine: DockerEngine,
    image: string,
    options: { onProgress: (progress: PullProgress) => void; signal: AbortSignal },
  ): Promise<void> {
    const stalled = new AbortController();
    const timer = setTimeout(() => stalled.abort(), this.#stallMs);
    const tally = new PullTally(image);
    const signal = AbortSignal.any([options.signal, stalled.signal]);
    try {
      await engine.pull(
        image,
        (step) => {
          if (!tally.add(step)) return;
          timer.refresh();
          options.onProgress(tally.progress());
        },
        signal,
      );
    } catch (error) {
      if (options.signal.aborted) throw new EngineFault('aborted', 'Aborted', error);
      if (stalled.signal.aborted)
        throw new OffpeakError('containers.pull-stalled', { cause: error });
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** `sha256:…` under which the image's own repository offers it; null where it has none. */
function digestOf(image: string, digests: readonly string[]): string | null {
  const repository = image.replace(/@.*$/, '').replace(/:[^/]*$/, '');
  const own = digests.find((digest) => digest.startsWith(`${repository}@`)) ?? digests[0];
  return own?.split('@')[1] ?? null;
}

// A file of ours that cannot be read or understood; an engine that is away says so itself.
function damagedUnlessAway(error: unknown): EngineFault | OffpeakError {
  const fault = toFault(error);
  const isFileFault = fault.kind === 'missing' && /open|stat/.test(fault.message);
  if (fault.kind !== 'other' && !isFileFault) return fault;
  return new OffpeakError('containers.archive-damaged', { cause: error });
}
