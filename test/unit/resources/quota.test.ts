import { describe, expect, it } from 'vitest';
import { RESERVE_BYTES } from '../../../app/resources/limits.ts';
import { makeRoom, type KeptVolume, type RoomQuestion } from '../../../app/resources/quota.ts';

function kept(volume: string, bytes: number, more: Partial<KeptVolume> = {}): KeptVolume {
  const usual = { completeBytes: bytes, usedAt: 0, isFixed: false, isFilling: false };
  return { volume, bytes, ...usual, ...more };
}

function ask(question: Partial<RoomQuestion>): ReturnType<typeof makeRoom> {
  const bytes = question.bytes ?? 10;
  return makeRoom({
    bytes,
    missingBytes: bytes,
    kept: [],
    quotaBytes: 100,
    freeBytes: null,
    ...question,
  });
}

describe('room for a resource', () => {
  it('is there while the cache is not full', () => {
    expect(ask({ kept: [kept('a', 90)] })).toEqual({ ok: true, evict: [] });
  });

  it('is made by what was not used for longest, and by no more than needed', () => {
    const volumes = [
      kept('new', 40, { usedAt: 3 }),
      kept('old', 30, { usedAt: 1 }),
      kept('older', 5, { usedAt: 0 }),
      kept('middle', 20, { usedAt: 2 }),
    ];
    expect(ask({ bytes: 40, kept: volumes })).toEqual({ ok: true, evict: ['older', 'old'] });
  });

  it('is not made by what is pinned or in use', () => {
    const volumes = [kept('fixed', 60, { isFixed: true }), kept('free', 30, { usedAt: 9 })];
    expect(ask({ bytes: 30, kept: volumes })).toEqual({ ok: true, evict: ['free'] });
    expect(ask({ bytes: 50, kept: volumes })).toMatchObject({ ok: false, reason: 'no-room' });
  });

  it('is refused to what is larger than the whole cache', () => {
    expect(ask({ bytes: 101 })).toEqual({ ok: false, reason: 'too-large', limitBytes: 100 });
    expect(ask({ bytes: 100 })).toEqual({ ok: true, evict: [] });
  });

  it('is at most a quarter of the disk, as it would be without the cache', () => {
    const volumes = [kept('a', 100)];
    const disk = { kept: volumes, quotaBytes: 10_000, freeBytes: 700 };
    expect(ask({ ...disk, bytes: 201, missingBytes: 0 })).toMatchObject({
      reason: 'disk-full',
      limitBytes: 200,
    });
  });

  it('leaves a reserve on the disk, and what others are about to write', () => {
    const quotaBytes = 100 * RESERVE_BYTES;
    const free = { quotaBytes, freeBytes: 4 * RESERVE_BYTES, bytes: RESERVE_BYTES };
    expect(ask(free)).toEqual({ ok: true, evict: [] });
    const filling = kept('filling', 3 * RESERVE_BYTES, {
      completeBytes: 2 * RESERVE_BYTES,
      isFixed: true,
      isFilling: true,
    });
    const disk = { ...free, freeBytes: 14 * RESERVE_BYTES };
    expect(ask({ ...disk, kept: [filling] })).toEqual({ ok: true, evict: [] });
    const nearlyFull = { ...disk, freeBytes: RESERVE_BYTES, bytes: 1, missingBytes: 1 };
    expect(ask(nearlyFull)).toMatchObject({ reason: 'disk-full' });
    expect(ask({ ...disk, kept: [filling], freeBytes: 5 * RESERVE_BYTES })).toMatchObject({
      reason: 'disk-full',
    });
  });

  it('on a full disk is made by volumes that are there, not by promises', () => {
    const old = kept('old', 10 * RESERVE_BYTES, { completeBytes: 8 * RESERVE_BYTES });
    const disk = {
      quotaBytes: 100 * RESERVE_BYTES,
      freeBytes: 0,
      bytes: RESERVE_BYTES,
      kept: [old],
    };
    expect(ask(disk)).toEqual({ ok: true, evict: ['old'] });
  });
});
