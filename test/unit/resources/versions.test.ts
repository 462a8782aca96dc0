import { describe, expect, it } from 'vitest';
import { NO_VERSION } from '../../../app/resources/manifest.ts';
import { canResume, ifRange, kindOfAnswer } from '../../../app/resources/versions.ts';

const file = { size: 100, checksum: null };
const known = { etag: '"1"', modified: null };

function judge(status: number, headers: Record<string, string>, offset = 40): string {
  return kindOfAnswer({ status, headers }, file, offset, known);
}

describe('an answer to a request for the rest of a file', () => {
  it('is the rest when it begins where we are and ends where the file does', () => {
    expect(judge(206, { 'content-range': 'bytes 40-99/100', etag: '"1"' })).toBe('rest');
    expect(judge(206, { 'content-range': 'bytes 40-99/*' })).toBe('rest');
  });

  it.each([
    ['begins elsewhere', 'bytes 0-99/100'],
    ['ends elsewhere', 'bytes 40-98/100'],
    ['is of a longer file', 'bytes 40-99/101'],
    ['says nothing', ''],
  ])('is of another file when it %s', (_, range) => {
    expect(judge(206, { 'content-range': range })).toBe('changed');
  });

  it('is the whole file where the server knows no ranges', () => {
    expect(judge(200, { 'content-length': '100', etag: '"1"' })).toBe('whole');
    expect(judge(200, {})).toBe('whole');
    expect(judge(200, { 'content-length': '99' })).toBe('changed');
  });

  it('is of another file when its version is another one, whatever its size', () => {
    expect(judge(200, { 'content-length': '100', etag: '"2"' })).toBe('changed');
    expect(judge(206, { 'content-range': 'bytes 40-99/100', etag: '"2"' })).toBe('changed');
    expect(judge(206, { 'content-range': 'bytes 40-99/100', etag: 'W/"1"' })).toBe('rest');
    expect(judge(416, {})).toBe('changed');
    expect(judge(412, {})).toBe('changed');
  });

  it('is told apart by its date where there is no more', () => {
    const dated = { etag: null, modified: 'Mon, 23 Nov 2026 10:00:00 GMT' };
    const answer = { status: 200, headers: { 'last-modified': 'Mon, 23 Nov 2026 10:00:01 GMT' } };
    expect(kindOfAnswer(answer, file, 0, dated)).toBe('changed');
    expect(kindOfAnswer(answer, file, 0, NO_VERSION)).toBe('whole');
  });

  it.each([301, 403, 404, 429, 500])('is none with status %d', (status) => {
    expect(judge(status, {})).toBe('refused');
  });
});

describe('going on with a part of a file', () => {
  it('is possible where a change would be noticed', () => {
    expect(canResume(file, NO_VERSION)).toBe(false);
    expect(canResume(file, known)).toBe(true);
    const checksum = { kind: 'sha256', hex: 'a'.repeat(64) } as const;
    expect(canResume({ checksum }, NO_VERSION)).toBe(true);
  });

  it('names the version that we have, where a server may be asked by it', () => {
    expect(ifRange(known)).toBe('"1"');
    expect(ifRange({ etag: 'W/"1"', modified: 'a date' })).toBeNull();
    expect(ifRange({ etag: null, modified: 'a date' })).toBe('a date');
    expect(ifRange(NO_VERSION)).toBeNull();
  });
});
