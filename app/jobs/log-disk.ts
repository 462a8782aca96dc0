import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Where a log's bytes go. Writing the same place again is harmless, so a failed write is repeated. */
export interface LogDisk {
  /** Writes all bytes at a place of the file; throws what the system says, e.g. ENOSPC. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  close(): Promise<void>;
}

/** A file that is created with its folder at the first write, so that a full disk stops nothing. */
export function openLogDisk(path: string): LogDisk {
  let handle: FileHandle | null = null;
  return {
    async write(bytes, position) {
      handle ??= await openForWriting(path);
      let done = 0;
      while (done < bytes.length) {
        const { bytesWritten } = await handle.write(bytes, done, null, position + done);
        done += bytesWritten;
      }
    },
    async close() {
      await handle?.close();
      handle = null;
    },
  };
}

async function openForWriting(path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Not "a": the place is ours to choose. Not "w": what is there stays.
  try {
    return await open(path, 'r+', 0o600);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return open(path, 'wx', 0o600);
    }
    throw error;
  }
}
