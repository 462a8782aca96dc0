import { QUOTA_PART_OF_DISK, RESERVE_BYTES } from './limits.ts';

/** A volume of the cache, as the decision needs it. */
export interface KeptVolume {
  readonly volume: string;
  /** Bytes it has when all its files are there. */
  readonly bytes: number;
  /** Bytes that are there. */
  readonly completeBytes: number;
  readonly usedAt: number;
  /** Pinned, held by a run, or just being filled: stays. */
  readonly isFixed: boolean;
  /** Being filled: what is missing is still to come. */
  readonly isFilling: boolean;
}

export interface RoomQuestion {
  /** All bytes of the new resource, and those of them that are not there yet. */
  readonly bytes: number;
  readonly missingBytes: number;
  /** The other volumes. */
  readonly kept: readonly KeptVolume[];
  readonly quotaBytes: number;
  /** Free on the engine's disk; null where that is not known. */
  readonly freeBytes: number | null;
}

/**
 * too-large: alone more than the cache may hold; no-room: what stays leaves too little of it;
 * disk-full: either of them, but for the disk and not for what the owner chose.
 */
export type RoomAnswer =
  | { readonly ok: true; readonly evict: readonly string[] }
  | {
      readonly ok: false;
      readonly reason: 'too-large' | 'no-room' | 'disk-full';
      readonly limitBytes: number;
    };

/** Which volumes have to go so that a resource fits; least recently used first. Pure. */
export function makeRoom(question: RoomQuestion): RoomAnswer {
  const { bytes, missingBytes, kept, freeBytes } = question;
  const limitBytes = limitOf(question);
  const refuse = (reason: 'too-large' | 'no-room'): RoomAnswer => {
    return {
      ok: false,
      reason: limitBytes < question.quotaBytes ? 'disk-full' : reason,
      limitBytes,
    };
  };
  if (bytes > limitBytes) return refuse('too-large');
  let keptBytes = sum(kept, (one) => one.bytes);
  const promised = sum(kept, (one) => (one.isFilling ? one.bytes - one.completeBytes : 0));
  let usable = freeBytes === null ? Infinity : freeBytes - promised - RESERVE_BYTES;
  const evict: string[] = [];
  const candidates = kept.filter(({ isFixed }) => !isFixed).sort((a, b) => a.usedAt - b.usedAt);
  const hasQuota = (): boolean => keptBytes + bytes <= limitBytes;
  const hasDisk = (): boolean => missingBytes <= usable;
  for (const one of candidates) {
    if (hasQuota() && hasDisk()) break;
    evict.push(one.volume);
    keptBytes -= one.bytes;
    usable += one.completeBytes;
  }
  if (hasQuota() && hasDisk()) return { ok: true, evict };
  return hasQuota() ? { ok: false, reason: 'disk-full', limitBytes } : refuse('no-room');
}

/** What the cache may hold in all: the owner's choice, but never most of the disk. */
function limitOf({ kept, quotaBytes, freeBytes }: RoomQuestion): number {
  if (freeBytes === null) return quotaBytes;
  const withoutCache = freeBytes + sum(kept, (one) => one.completeBytes);
  return Math.min(quotaBytes, Math.floor(withoutCache * QUOTA_PART_OF_DISK));
}

function sum(kept: readonly KeptVolume[], bytes: (one: KeptVolume) => number): number {
  return kept.reduce((total, one) => total + bytes(one), 0);
}
