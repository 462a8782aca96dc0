import { describe, expect, it } from 'vitest';
import type { S3Resource } from '../../../app/resources/ports.ts';
import { AWS_ENDPOINTS, objectUrl, sourcesOf } from '../../../app/resources/s3-address.ts';

const IAM = { REGION: 'eu-west-1', ACCESS_KEY_ID: 'AKIA', SECRET_ACCESS_KEY: 'secret' };

function read(resource: Partial<S3Resource>): ReturnType<typeof sourcesOf> {
  return sourcesOf({ type: 'S3', target: '/models', ...resource }, AWS_ENDPOINTS);
}

/** The most likely place of the only source, as one text. */
function place(resource: Partial<S3Resource>): string {
  const [source, ...more] = read(resource);
  if (source === undefined || more.length > 0) throw new Error('Not one source');
  const [{ root, prefix }] = source.places;
  return `${root} ${prefix}`;
}

describe('where an S3 resource takes its files from', () => {
  it.each([
    ['s3://models/llama/8b', 'https://models.s3.amazonaws.com llama/8b'],
    ['s3://models/llama/8b/', 'https://models.s3.amazonaws.com llama/8b'],
    ['s3://models', 'https://models.s3.amazonaws.com '],
    ['s3://my.models/llama', 'https://s3.amazonaws.com/my.models llama'],
    [
      's3://nos-ai-models-qllsn32u/ollama/llama3.1/70b',
      'https://models.nosana.io ollama/llama3.1/70b',
    ],
    [
      'https://models.s3.eu-west-1.amazonaws.com/llama',
      'https://models.s3.eu-west-1.amazonaws.com llama',
    ],
    [
      'https://models.s3-eu-west-1.amazonaws.com/llama',
      'https://models.s3-eu-west-1.amazonaws.com llama',
    ],
    [
      'https://s3.dualstack.us-gov-west-1.amazonaws.com/models/llama',
      'https://s3.dualstack.us-gov-west-1.amazonaws.com/models llama',
    ],
    [
      'https://s3.eu-west-1.amazonaws.com/models/llama',
      'https://s3.eu-west-1.amazonaws.com/models llama',
    ],
    ['https://pub-5b.r2.dev/controlnets', 'https://pub-5b.r2.dev controlnets'],
    ['http://models.example:9000', 'http://models.example:9000 '],
    ['https://models.example/a%20b/c', 'https://models.example a b/c'],
  ])('is read from its url: %s', (url, expected) => {
    expect(place({ url })).toBe(expected);
  });

  it('is in the region of the key', () => {
    expect(place({ url: 's3://models/llama', IAM })).toBe(
      'https://models.s3.eu-west-1.amazonaws.com llama',
    );
    expect(() => read({ url: 's3://models', IAM: { ...IAM, REGION: 'evil.example/' } })).toThrow(
      'region',
    );
  });

  it.each([
    [{ bucket: 'models' }, 'https://models.s3.amazonaws.com '],
    [{ bucket: 's3://models/llama' }, 'https://models.s3.amazonaws.com llama'],
    [{ bucket: 'https://models.example/llama' }, 'https://models.example llama'],
    [{ bucket: 'models', url: 's3://models/llama' }, 'https://models.s3.amazonaws.com llama'],
    [{ bucket: 'models', url: 'https://models.store.example' }, 'https://models.store.example '],
    [
      { bucket: 's3://models/llama', url: 'https://store.example/', IAM },
      'https://store.example/models llama',
    ],
  ])('is read from its bucket: %j', (resource, expected) => {
    expect(place(resource)).toBe(expected);
  });

  it('may be several buckets, each with its own files', () => {
    const buckets = [{ url: 's3://one/a' }, { url: 'https://two.example/b', files: ['x', 'y'] }];
    const found = read({ buckets }).map(({ label, files }) => [label, files]);
    expect(found).toEqual([
      ['s3://one/a', null],
      ['two.example/b', ['x', 'y']],
    ]);
  });

  it('may be in a folder that is a bucket itself, where the host does not tell', () => {
    const places = (resource: Partial<S3Resource>) => read(resource)[0]?.places;
    const asHost = { root: 'https://store.example', prefix: 'models/llama' };
    const asFolder = { root: 'https://store.example/models', prefix: 'llama' };
    const url = 'https://store.example/models/llama';
    expect(places({ url })).toEqual([asHost, asFolder]);
    expect(places({ url, IAM })).toEqual([asFolder, asHost]);
  });

  it('is everything when the list of files is empty', () => {
    expect(read({ url: 's3://models', files: [] })[0]?.files).toBeNull();
    expect(read({ url: 's3://models', files: ['a'] })[0]?.files).toEqual(['a']);
  });

  it('is read at once, however the host is written to keep us busy', () => {
    const host = `x.s3${'-a'.repeat(60)}${'-'.repeat(60)}.x`;
    const begun = performance.now();
    expect(place({ url: `https://${host}/models` })).toBe(`https://${host} models`);
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  it('is named without what a signed address holds', () => {
    const [source] = read({ url: 'https://models.example/a.bin?X-Amz-Signature=secret' });
    expect(source?.label).toBe('models.example/a.bin');
    expect(source?.query).toContain('secret');
  });

  it.each([
    [{}],
    [{ buckets: [] }],
    [{ url: 's3://' }],
    [{ url: 's3://evil.example@/x' }],
    [{ url: 's3://a b/x' }],
    [{ url: 'ftp://models.example/' }],
    [{ url: 'https://user:secret@models.example/' }],
    [{ url: 'https://models.example/%ff' }],
    [{ bucket: 'one', url: 's3://two/x' }],
  ])('is refused when it says nothing usable: %j', (resource) => {
    expect(() => read(resource)).toThrow(/^The job /);
    expect(() => read(resource)).not.toThrow('secret');
  });
});

describe('the address of an object', () => {
  it('is written as its signature is computed', () => {
    const place = { root: 'https://b.example', prefix: 'a b' };
    expect(objectUrl(place, "c+d/(é)!'*~.bin", '?x=1')).toBe(
      'https://b.example/a%20b/c%2Bd/%28%C3%A9%29%21%27%2A~.bin?x=1',
    );
    expect(objectUrl({ root: 'https://b.example', prefix: '' }, 'c')).toBe('https://b.example/c');
  });
});
