import { createHash } from 'node:crypto';
import { OffpeakError } from '../contract/errors.ts';
import { MAX_FILES, MAX_NAME_BYTES, MAX_PATH_BYTES, MAX_TOTAL_BYTES } from './limits.ts';

/** What the bytes of a file must add up to; `git` is the id of a blob, as git computes it. */
export interface Checksum {
  readonly kind: 'sha256' | 'md5' | 'git';
  readonly hex: string;
}

/** What a server tells a file's versions apart by, as it wrote them. */
export interface Version {
  readonly etag: string | null;
  readonly modified: string | null;
}

/** One file that belongs into the volume. */
export interface ManifestFile {
  readonly path: string;
  readonly size: number;
  readonly source:
    | { readonly kind: 'url'; readonly url: string }
    | { readonly kind: 'bytes'; readonly bytes: Buffer };
  readonly checksum: Checksum | null;
  readonly version: Version;
}

/** A file that has to be downloaded. */
export interface UrlFile extends ManifestFile {
  readonly source: Extract<ManifestFile['source'], { kind: 'url' }>;
}

/** The headers that open a URL; made for each request, because signatures age. */
export type Authorize = (url: string) => Promise<Readonly<Record<string, string>>>;

/** A resource worked out: everything that has to be fetched, and where from. */
export interface Manifest {
  /** Names the resource for people; holds no secret. */
  readonly label: string;
  readonly target: string;
  readonly writable: boolean;
  readonly files: readonly ManifestFile[];
  readonly authorize: Authorize;
  /** Stands for the secret that opened it; null where everyone may have it. */
  readonly scope: string | null;
}

export const NO_VERSION: Version = { etag: null, modified: null };

/**
 * Names the content: equal keys mean equal files. A SHA-256 speaks for itself, wherever the file
 * came from. MD5 and SHA-1 can be forged by whoever makes both files, and an ETag is only a word of
 * its server: these count together with the address alone, so that no job can slip its own file to
 * another. What a secret opened is shared only with those who have that secret.
 */
export function keyOf({ files, scope }: Pick<Manifest, 'files' | 'scope'>): string {
  const entries = files
    .map((file) => JSON.stringify([file.path, file.size, identityOf(file) ?? '']))
    .sort();
  return createHash('sha256')
    .update(JSON.stringify([scope, ...entries]))
    .digest('hex');
}

/** False where nothing would tell a file from another one of its size: such are not kept. */
export function isRecognisable({ files }: Pick<Manifest, 'files'>): boolean {
  return files.every((file) => identityOf(file) !== null);
}

function identityOf({ checksum, version, source }: ManifestFile): string | null {
  if (checksum?.kind === 'sha256') return checksum.hex;
  const told = checksum === null ? (version.etag ?? version.modified) : checksum.hex;
  if (told === null) return null;
  // The query of an address may be a signature, which is another one each time.
  return `${told} ${source.kind === 'url' ? source.url.replace(/\?.*$/s, '') : ''}`;
}

/** A value that stands for a secret without giving it away. */
export function scopeOf(...secrets: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify(['scope', ...secrets]))
    .digest('hex');
}

export function totalBytes(files: readonly { readonly size: number }[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

/**
 * A file's name as a path in the volume, or null where it would lie outside or where Linux knows no
 * such name.
 */
export function volumePath(name: string): string | null {
  const parts = name.replace(/^(?:\.?\/)+/, '').split('/');
  const isFine = parts.every(
    (part) =>
      part !== '' && part !== '.' && part !== '..' && Buffer.byteLength(part) <= MAX_NAME_BYTES,
  );
  const path = parts.join('/');
  // eslint-disable-next-line no-control-regex -- these are the characters that are looked for
  const isText = !/[\u0000-\u001f\u007f]/.test(path);
  return isFine && isText && Buffer.byteLength(path) <= MAX_PATH_BYTES ? path : null;
}

/** As `volumePath`, for names that must be fine. Throws `resources.unsupported`. */
export function requirePath(name: string): string {
  const path = volumePath(name);
  if (path !== null) return path;
  throw new OffpeakError('resources.unsupported', {
    message: `The job names a file that cannot be put into a folder: ${shown(name)}.`,
  });
}

/**
 * The files as they can lie in one folder, by path; of two with one path the later stays. Throws
 * `resources.…` when there are none, too many, or a file is to be a folder as well.
 */
export function settledFiles(files: readonly ManifestFile[]): readonly ManifestFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const settled = [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  if (settled.length === 0) throw new OffpeakError('resources.not-found');
  requireFewFiles(settled.length);
  for (const { path } of settled) {
    const folders = path.split('/').slice(0, -1);
    if (folders.some((_, index) => byPath.has(folders.slice(0, index + 1).join('/')))) {
      const message = `The job asks for ${shown(path)} and for a file in place of its folder.`;
      throw new OffpeakError('resources.unsupported', { message });
    }
  }
  if (totalBytes(settled) > MAX_TOTAL_BYTES) throw new OffpeakError('resources.too-large');
  return settled;
}

/** Throws `resources.too-large` while a listing is still being read. */
export function requireFewFiles(count: number): void {
  if (count <= MAX_FILES) return;
  throw new OffpeakError('resources.too-large', {
    message: `The job asks for more than ${MAX_FILES} files at once.`,
  });
}

/** A text of a stranger, short and on one line. */
export function oneLine(text: string): string {
  const line = text.replaceAll(/[^\x20-\x7e]+/g, ' ');
  return line.length > 100 ? `${line.slice(0, 100)}…` : line;
}

/** A text of a stranger for a message. */
export function shown(text: string): string {
  return `"${oneLine(text)}"`;
}
