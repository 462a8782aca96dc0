import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';

/** One file of an archive; `size` in bytes must be that of its body. */
export interface TarFile {
  readonly path: string;
  readonly size: number;
  readonly body: Readable;
}

/**
 * An archive of one file and the folders it lies in, readable by everyone, that is written as fast
 * as it is read. A body that fails, or has another size, ends the archive with its error.
 */
export function tarOf(file: TarFile): Readable {
  const archive = pack();
  void fill(archive, file).catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  // The library's streams are of another kind (streamx).
  return Readable.from(archive, { objectMode: false });
}

async function fill(
  archive: ReturnType<typeof pack>,
  { path, size, body }: TarFile,
): Promise<void> {
  for (const name of foldersOf(path)) archive.entry({ name, type: 'directory', mode: 0o755 });
  await pipeline(body, archive.entry({ name: path, size, mode: 0o644 }));
  archive.finalize();
}

/** `a/b/c` lies in `a` and `a/b`. */
function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
