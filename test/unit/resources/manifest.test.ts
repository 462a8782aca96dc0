import { describe, expect, it } from 'vitest';
import * as manifest from '../../../app/resources/manifest.ts';

const SHA = 'a'.repeat(64);

function file(more: Partial<manifest.ManifestFile> = {}): manifest.ManifestFile {
  return {
    path: 'model.bin',
    size: 10,
    source: { kind: 'url', url: 'https://one.example/model.bin' },
    checksum: null,
    version: { etag: '"1"', modified: null },
    ...more,
  };
}

function keyOf(files: readonly manifest.ManifestFile[], scope: string | null = null): string {
  return manifest.keyOf({ files, scope });
}

const elsewhere = { kind: 'url', url: 'https://two.example/model.bin' } as const;

describe('the key of a resource', () => {
  it('is the same wherever the content comes from, when its SHA-256 is known', () => {
    const checksum = { kind: 'sha256', hex: SHA } as const;
    expect(keyOf([file({ checksum })])).toBe(keyOf([file({ checksum, source: elsewhere })]));
  });

  it.each([
    ['an ETag', { checksum: null }],
    ['an MD5', { checksum: { kind: 'md5', hex: 'b'.repeat(32) } }],
    ['a SHA-1 of git', { checksum: { kind: 'git', hex: 'c'.repeat(40) } }],
  ] as const)('holds for one address alone when there is no more than %s', (_, told) => {
    expect(keyOf([file(told)])).toBe(keyOf([file(told)]));
    expect(keyOf([file(told)])).not.toBe(keyOf([file({ ...told, source: elsewhere })]));
  });

  it('does not depend on the order, nor on the signature in an address', () => {
    const [a, b] = [file({ path: 'a' }), file({ path: 'b' })];
    expect(keyOf([a, b])).toBe(keyOf([b, a]));
    const signed = { kind: 'url', url: 'https://one.example/model.bin?X-Amz-Date=2' } as const;
    expect(keyOf([file()])).toBe(keyOf([file({ source: signed })]));
  });

  it.each([
    ['path', { path: 'other.bin' }],
    ['size', { size: 11 }],
    ['version', { version: { etag: '"2"', modified: null } }],
  ])('is another one for another %s', (_, other) => {
    expect(keyOf([file()])).not.toBe(keyOf([file(other)]));
  });

  it('is shared only by those who have the same secret', () => {
    const [mine, other] = [manifest.scopeOf('token-1'), manifest.scopeOf('token-2')];
    expect(keyOf([file()], mine)).toBe(keyOf([file()], manifest.scopeOf('token-1')));
    expect(new Set([keyOf([file()], mine), keyOf([file()], other), keyOf([file()])]).size).toBe(3);
    expect(mine).not.toContain('token');
  });

  it('is of no use where nothing tells one file from another', () => {
    const plain = file({ version: manifest.NO_VERSION });
    expect(manifest.isRecognisable({ files: [file(), plain] })).toBe(false);
    expect(manifest.isRecognisable({ files: [file()] })).toBe(true);
  });
});

describe('a path in the volume', () => {
  it.each([
    ['model.bin', 'model.bin'],
    ['a/b c/ü.bin', 'a/b c/ü.bin'],
    ['/a/b', 'a/b'],
    ['./a', 'a'],
    ['././/a', 'a'],
    ['..a/b..', '..a/b..'],
  ])('is what a name says: %s', (name, path) => {
    expect(manifest.volumePath(name)).toBe(path);
  });

  it.each([
    '',
    '/',
    '.',
    '..',
    '../a',
    'a/../b',
    'a/./b',
    'a//b',
    'a/',
    'a\nb',
    'a\0b',
    'x'.repeat(256),
    'x/'.repeat(2100) + 'x',
  ])('is none that leads out or does not exist: %j', (name) => {
    expect(manifest.volumePath(name)).toBeNull();
    expect(() => manifest.requirePath(name)).toThrow('cannot be put into a folder');
  });
});

describe('the files of a resource', () => {
  it('are sorted, and of two with one path the later stays', () => {
    const files = manifest.settledFiles([
      file({ path: 'b' }),
      file({ path: 'a', size: 1 }),
      file({ path: 'a', size: 2 }),
    ]);
    expect(files.map(({ path, size }) => [path, size])).toEqual([
      ['a', 2],
      ['b', 10],
    ]);
  });

  it('are refused when there are none, too many, or too large ones', () => {
    expect(() => manifest.settledFiles([])).toThrow('does not exist');
    const many = Array.from({ length: 10_001 }, (_, index) => file({ path: `f${index}` }));
    expect(() => manifest.settledFiles(many)).toThrow('more than 10000 files');
    expect(() => manifest.settledFiles([file({ size: 2 ** 50 })])).toThrow('larger');
  });

  it('are refused when one is to be a folder as well', () => {
    const both = [file({ path: 'a/b' }), file({ path: 'a' })];
    expect(() => manifest.settledFiles(both)).toThrow('in place of its folder');
  });

  it('are named in messages on one line, and not for ever', () => {
    expect(manifest.shown('a\nb')).toBe('"a b"');
    expect(manifest.shown('x'.repeat(1000)).length).toBeLessThan(110);
  });
});
