import type { OutsideAnswer } from '../adapters/outside/request.ts';
import type { ManifestFile, Version } from './manifest.ts';
import { versionOf } from './probe.ts';

/**
 * What an answer is, for a file of which so many bytes are here. rest: exactly what is missing;
 * whole: the file from its beginning; changed: another file than before; refused: none.
 */
export type AnswerKind = 'rest' | 'whole' | 'changed' | 'refused';

/** Judges an answer to a request for the bytes from `offset` on. Pure. */
export function kindOfAnswer(
  answer: Pick<OutsideAnswer, 'status' | 'headers'>,
  file: Pick<ManifestFile, 'size' | 'checksum'>,
  offset: number,
  known: Version,
): AnswerKind {
  const { status, headers } = answer;
  // 416: what we want lies beyond the end; 412: it is not the version that we have a part of.
  if (status === 416 || status === 412) return 'changed';
  if (status !== 200 && status !== 206) return 'refused';
  if (isOther(versionOf(answer), known)) return 'changed';
  if (status === 206) {
    const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
    const [, first, last, total] = range ?? [];
    const isRest = Number(first) === offset && Number(last) === file.size - 1;
    return isRest && (total === '*' || Number(total) === file.size) ? 'rest' : 'changed';
  }
  const length = headers['content-length'];
  return length === undefined || Number(length) === file.size ? 'whole' : 'changed';
}

/** True when a broken download may be gone on with: a change of the file would be noticed. */
export function canResume({ checksum }: Pick<ManifestFile, 'checksum'>, known: Version): boolean {
  return checksum !== null || known.etag !== null || known.modified !== null;
}

/**
 * The validator for `If-Range`; null where there is none that may stand there: a weak ETag says
 * that the content is alike, not that it is the same (RFC 9110, section 13.1.5).
 */
export function ifRange({ etag, modified }: Version): string | null {
  if (etag === null) return modified;
  return isWeak(etag) ? null : etag;
}

/** The two of them, each from the answer where it tells one. */
export function mergedVersion(known: Version, told: Version): Version {
  return { etag: known.etag ?? told.etag, modified: known.modified ?? told.modified };
}

function isOther(told: Version, known: Version): boolean {
  if (told.etag !== null && known.etag !== null) {
    return opaque(told.etag) !== opaque(known.etag);
  }
  return told.modified !== null && known.modified !== null && told.modified !== known.modified;
}

function isWeak(etag: string): boolean {
  return etag.startsWith('W/');
}

// A list may give an ETag without the quotes that the header has.
function opaque(etag: string): string {
  return etag.replace(/^W\//, '').replace(/^"(.*)"$/, '$1');
}
