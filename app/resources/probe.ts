import type { OutsideAnswer } from '../adapters/outside/request.ts';
import { OffpeakError } from '../contract/errors.ts';
import type { Authorize, Checksum, Version } from './manifest.ts';
import { errorOfStatus } from './problems.ts';
import type { Web } from './web.ts';

/** What a server tells of a file without sending it. */
export interface Probed {
  readonly size: number;
  readonly version: Version;
  readonly checksum: Checksum | null;
  readonly isPage: boolean;
}

/**
 * Asks for the size and version of a file by its first byte alone. Not with HEAD: a signed address
 * is signed for GET, and some servers know no HEAD. Throws `resources.…`.
 */
export async function probe(
  web: Web,
  url: string,
  options: { readonly authorize: Authorize; readonly what: string; readonly signal: AbortSignal },
): Promise<Probed> {
  const { authorize, what, signal } = options;
  const headers = { ...(await authorize(url)), range: 'bytes=0-0' };
  const answer = await web.open({ url, headers, signal });
  answer.body.destroy();
  const size = sizeOf(answer);
  if (size === undefined) throw errorOfStatus(answer.status, url, what);
  if (size === null) {
    const host = URL.parse(url)?.hostname ?? '';
    const message = `${host} does not tell the size of ${what}.`;
    throw new OffpeakError('resources.unsupported', { message });
  }
  return {
    size,
    version: versionOf(answer),
    checksum: isS3(answer) && !isEncrypted(answer) ? md5Of(answer.headers['etag']) : null,
    isPage: answer.headers['content-type']?.startsWith('text/html') ?? false,
  };
}

/** Null where an answer with the file does not tell its size, undefined where it has no file. */
function sizeOf({ status, headers }: OutsideAnswer): number | null | undefined {
  const range = /^bytes (?:\d+-\d+|\*)\/(\d+)$/.exec(headers['content-range'] ?? '');
  // An empty file has no first byte: RFC 9110, section 15.5.17.
  if (status === 206 || (status === 416 && range?.[1] === '0')) return whole(range?.[1]);
  return status === 200 ? whole(headers['content-length']) : undefined;
}

function whole(text: string | undefined): number | null {
  const value = Number(text);
  return text !== undefined && /^\d+$/.test(text) && Number.isSafeInteger(value) ? value : null;
}

export function versionOf({ headers }: Pick<OutsideAnswer, 'headers'>): Version {
  return { etag: headers['etag'] ?? null, modified: headers['last-modified'] ?? null };
}

/**
 * The ETag of an object that S3 took in one part is its MD5, of one in several parts it is not and
 * has a dash (AWS, "Common response headers" and "Checking object integrity").
 */
export function md5Of(etag: string | undefined): Checksum | null {
  const hex = /^"?([\da-f]{32})"?$/.exec(etag ?? '')?.[1];
  return hex === undefined ? null : { kind: 'md5', hex };
}

// Other servers may write 32 such digits that mean something else.
function isS3({ headers }: OutsideAnswer): boolean {
  return 'x-amz-request-id' in headers;
}

/** With a key of KMS or of the customer, the ETag is no MD5 (AWS, "Object", ETag). */
export function isEncrypted({ headers }: Pick<OutsideAnswer, 'headers'>): boolean {
  const kind = headers['x-amz-server-side-encryption'] ?? '';
  return kind.startsWith('aws:') || 'x-amz-server-side-encryption-customer-algorithm' in headers;
}
