import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** Where one run keeps its log and its result. */
export interface JobFolder {
  readonly path: string;
  readonly log: string;
  readonly result: string;
}

/** `<home>/jobs/<network>/<run>`. Both names come from outside and must be plain words. */
export function jobFolder(home: string, network: string, run: string): JobFolder {
  for (const name of [network, run]) {
    if (!/^[A-Za-z0-9_-]{1,100}$/.test(name)) throw new Error(`"${name}" cannot name a folder`);
  }
  const path = join(home, 'jobs', network, run);
  return { path, log: join(path, 'log.ndjson'), result: join(path, 'result.json') };
}

/** Writes the result whole or not at all, so that a crash or a power cut leaves no half of it. */
export async function writeResult(folder: JobFolder, bytes: Uint8Array): Promise<void> {
  await mkdir(folder.path, { recursive: true, mode: 0o700 });
  const draft = `${folder.result}.draft`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, folder.result);
}

/** The stored result, or null where it is missing or not the bytes with this SHA-256 (hex). */
export async function readResult(folder: JobFolder, sha256: string): Promise<Uint8Array | null> {
  const bytes = await readFile(folder.result).catch(() => null);
  return bytes !== null && sha256Of(bytes) === sha256 ? bytes : null;
}

/** SHA-256 as hex. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
