import { Readable } from 'node:stream';
import type { PullProgress } from '../contract/job.ts';
import { download, streamOf } from './download.ts';
import { PARALLEL_DOWNLOADS } from './limits.ts';
import { totalBytes, type Manifest, type ManifestFile } from './manifest.ts';
import { inParallel } from './parallel.ts';
import type { ResourceVolumes } from './ports.ts';
import { Tally } from './progress.ts';
import type { DownloadSetting } from './transfer.ts';
import type { Web } from './web.ts';

export interface FetchSetting {
  readonly web: Web;
  readonly volumes: Pick<ResourceVolumes, 'write'>;
  readonly backOffMs: (failures: number) => number;
}

/** A volume that is being filled. */
export interface Filling {
  readonly volume: string;
  /** Paths that are wholly there. */
  readonly complete: ReadonlySet<string>;
  /** Called when a file is wholly in the volume, before the next progress. */
  readonly onComplete: (file: ManifestFile) => void;
  readonly onProgress: (progress: PullProgress) => void;
  readonly signal: AbortSignal;
}

/** Brings the files of a manifest that are missing into a volume. Throws `resources.…`. */
export async function fetchMissing(
  manifest: Manifest,
  filling: Filling,
  setting: FetchSetting,
): Promise<void> {
  const { label, files } = manifest;
  const missing = files.filter(({ path }) => !filling.complete.has(path));
  const tally = new Tally(
    { label, totalBytes: totalBytes(files), files: files.length },
    filling.onProgress,
  );
  tally.begin(files.length - missing.length, totalBytes(files) - totalBytes(missing));
  await inParallel(missing, PARALLEL_DOWNLOADS, filling.signal, async (file, signal) => {
    const onBytes = (received: number): void => tally.at(file.path, received);
    const content = contentOf(file, { ...setting, authorize: manifest.authorize, onBytes, signal });
    await write(file, content, { volume: filling.volume, volumes: setting.volumes, signal });
    filling.onComplete(file);
    tally.done(file.path, file.size);
  });
}

/** The body of a file, and what it failed with. */
interface Content {
  readonly body: Readable;
  readonly failure: () => unknown;
}

function contentOf(file: ManifestFile, setting: DownloadSetting): Content {
  const { source } = file;
  if (source.kind === 'bytes') return { body: Readable.from(source.bytes), failure: () => null };
  const stop = new AbortController();
  const signal = AbortSignal.any([setting.signal, stop.signal]);
  const body = streamOf(download({ ...file, source }, { ...setting, signal }), stop);
  let failure: unknown = null;
  body.on('error', (error) => (failure = error));
  return { body, failure: () => failure };
}

async function write(
  { path, size }: ManifestFile,
  { body, failure }: Content,
  to: {
    readonly volume: string;
    readonly volumes: Pick<ResourceVolumes, 'write'>;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  try {
    await to.volumes.write(to.volume, { path, size, body }, to.signal);
  } catch (error) {
    // Whoever writes may only have seen that the body ended too early; the body knows why.
    throw failure() ?? error;
  } finally {
    body.destroy();
  }
}
