import type { DockerEngine } from '../adapters/docker/engine.ts';
import type { EngineFacts } from '../adapters/docker/facts.ts';
import { EngineFault, toFault } from '../adapters/docker/faults.ts';
import { OffpeakError } from '../contract/errors.ts';
import type { PullProgress } from '../contract/job.ts';
import type { ImageRequest, RegistryLogin } from '../jobs/ports.ts';
import { loadBundled } from './bundled-images.ts';
import type { ImageRecords } from './image-records.ts';
import { PullTally } from './pull-progress.ts';
import type { BundledImage } from './shapes.ts';
import { isImageReference } from './spec-check.ts';

/** What images are kept with. */
export interface ImageStoreOptions {
  readonly bundled: () => readonly BundledImage[];
  /** A pull without any progress for so long is given up. */
  readonly stallMs: number;
  /** Null where images of this computer may be used as they are: for jobs of the owner alone. */
  readonly records: ImageRecords | null;
}

interface ImageFound {
  readonly imageId: string;
  readonly digest: string | null;
}

interface EnsureOptions {
  readonly onProgress: (progress: PullProgress) => void;
  readonly signal: AbortSignal;
}

interface PullOptions extends EnsureOptions {
  readonly isPodman: boolean;
}

/** So long a name that may move (a tag) counts as fetched. */
const FRESH_MS = 24 * 3600 * 1000;

/** Sees to it that images are there: from Offpeak's own archives or from their registry. */
export class ImageStore {
  readonly #options: ImageStoreOptions;
  /** Ids that our archives got in engines whose ids are not those of the archive. */
  readonly #loadedIds = new Map<string, string>();

  constructor(options: ImageStoreOptions) {
    this.#options = options;
  }

  /** Throws EngineFault or OffpeakError, also when the signal aborts. */
  async ensure(
    engine: DockerEngine,
    facts: EngineFacts,
    { image, login }: ImageRequest,
    options: EnsureOptions,
  ): Promise<ImageFound> {
    if (!isImageReference(image)) throw new EngineFault('image-missing', image);
    const bundled = this.#options.bundled().find((one) => one.reference === image);
    if (bundled !== undefined) {
      const known = this.#loadedIds;
      const imageId = await loadBundled(engine, facts, { bundled, known, signal: options.signal });
      return { imageId, digest: null };
    }
    const present = await engine.image(image);
    const isUsable = login === null && present !== null && this.#mayUse(image, present.id);
    const pull = { ...options, isPodman: facts.isPodman };
    if (!isUsable) await this.#fetch(engine, { image, login }, present?.id ?? null, pull);
    const found = isUsable ? present : await engine.image(image);
    if (found === null) throw new EngineFault('image-missing', image);
    this.#note(image, found.id, { wasThere: present?.id === found.id, login, isUsable });
    return { imageId: found.id, digest: digestOf(image, found.digests) };
  }

  /** Removes an image that only a job's login could fetch. Throws EngineFault. */
  async removePrivate(engine: DockerEngine, image: string): Promise<void> {
    if (this.#options.records?.get(image)?.isPrivate !== true) return;
    await engine.removeImage(image);
    this.#options.records.remove(image);
  }

  /**
   * A job names any image it likes. One that lies on this computer for the owner's own use (built
   * here, or fetched with the owner's login) must not be handed to strangers, so only what was
   * fetched for jobs counts as there; of the others the registry is asked.
   */
  #mayUse(image: string, imageId: string): boolean {
    const { records } = this.#options;
    if (records === null) return true;
    const record = records.get(image);
    if (record === null || record.isPrivate || record.imageId !== imageId) return false;
    return image.includes('@sha256:') || Date.now() - record.fetchedAt < FRESH_MS;
  }

  async #fetch(
    engine: DockerEngine,
    request: ImageRequest,
    presentId: string | null,
    options: PullOptions,
  ): Promise<void> {
    try {
      await this.#pull(engine, request, options);
    } catch (error) {
      const { kind } = toFault(error);
      const isRefused = kind === 'image-private' || kind === 'image-missing';
      if (presentId !== null && isRefused) throw new OffpeakError('containers.image-local');
      const record = this.#options.records?.get(request.image) ?? null;
      // A registry that cannot be asked now does not take away what it gave before.
      const isOurs = record !== null && !record.isPrivate && record.imageId === presentId;
      if (options.signal.aborted || request.login !== null || !isOurs) throw error;
    }
  }

  #note(
    image: string,
    imageId: string,
    how: { wasThere: boolean; login: RegistryLogin | null; isUsable: boolean },
  ): void {
    const { records } = this.#options;
    if (records === null || how.isUsable) return;
    const isPrivate = how.login !== null;
    // An image that was there before a job fetched it with its login stays when the job is over.
    if (isPrivate && how.wasThere && records.get(image)?.isPrivate !== true) return;
    records.set(image, { imageId, fetchedAt: Date.now(), isPrivate });
  }

  async #pull(
    engine: DockerEngine,
    { image, login }: ImageRequest,
    options: PullOptions,
  ): Promise<void> {
    const stalled = new AbortController();
    const timer = setTimeout(() => stalled.abort(), this.#options.stallMs);
    const tally = new PullTally(image, options.isPodman);
    const signal = AbortSignal.any([options.signal, stalled.signal]);
    try {
      await engine.pull(
        { reference: image, login: login === null ? null : loginFor(image, login) },
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

function loginFor(
  image: string,
  { username, password, server }: RegistryLogin,
): { username: string; password: string; serveraddress: string } {
  return { username, password, serveraddress: server === '' ? registryOf(image) : server };
}

/** Host name of the registry in a reference (grammar: distribution/reference). */
function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : 'docker.io';
}

/** `sha256:…` under which the image's own repository offers it; null where it has none. */
function digestOf(image: string, digests: readonly string[]): string | null {
  const repository = image.replace(/@.*$/, '').replace(/:[^/]*$/, '');
  const own = digests.find((digest) => digest.startsWith(`${repository}@`)) ?? digests[0];
  return own?.split('@')[1] ?? null;
}
