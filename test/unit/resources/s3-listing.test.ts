import { describe, expect, it } from 'vitest';
import { listingQuery, readListing } from '../../../app/resources/s3-listing.ts';

function page(inside: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inside}</ListBucketResult>`;
}

describe('a listing of a bucket', () => {
  it('has keys, sizes and versions, also when it has one object', () => {
    const xml = page(
      '<Contents><Key>007</Key><Size>12</Size><ETag>&quot;abc&quot;</ETag></Contents>',
    );
    expect(readListing(xml)).toEqual({
      objects: [{ key: '007', size: 12, etag: '"abc"', modified: null }],
      next: null,
    });
  });

  it('has keys with any characters, encoded or not', () => {
    const encoded =
      '<EncodingType>url</EncodingType><Contents><Key>a+b/c%2Bd%0A</Key><Size>1</Size></Contents>';
    expect(readListing(page(encoded))?.objects[0]?.key).toBe('a b/c+d\n');
    const plain = '<Contents><Key> a+b &amp; %41 &#x41;&#66;&bad;</Key><Size>1</Size></Contents>';
    expect(readListing(page(plain))?.objects[0]?.key).toBe(' a+b & %41 AB&bad;');
    const broken =
      '<EncodingType>url</EncodingType><Contents><Key>%zz</Key><Size>1</Size></Contents>';
    expect(readListing(page(broken))?.objects[0]?.key).toBe('%zz');
  });

  it('goes on while it says so', () => {
    const more =
      '<IsTruncated>true</IsTruncated><NextContinuationToken>t/1=</NextContinuationToken>';
    expect(readListing(page(more))?.next).toBe('t/1=');
    const last = '<IsTruncated>false</IsTruncated><NextContinuationToken>t</NextContinuationToken>';
    expect(readListing(page(last))?.next).toBeNull();
    expect(readListing(page('<KeyCount>0</KeyCount>'))).toEqual({ objects: [], next: null });
  });

  it.each([
    ['a page of a web site', '<html><body><p>Hello<br></body></html>'],
    ['an error', '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'],
    ['JSON', '{"Contents":[]}'],
    ['nothing', ''],
    ['a size that is none', page('<Contents><Key>a</Key><Size>-1</Size></Contents>')],
    [
      'a size beyond all numbers',
      page(`<Contents><Key>a</Key><Size>${'9'.repeat(20)}</Size></Contents>`),
    ],
    [
      'entities of its own',
      `<!DOCTYPE x [<!ENTITY a "aaaa">]>${page('<Contents><Key>&a;</Key><Size>1</Size></Contents>')}`,
    ],
  ])('is not %s', (_, text) => {
    expect(readListing(text)).toBeNull();
  });

  it('is asked for with everything encoded', () => {
    expect(listingQuery('a b/&c=')).toBe('?list-type=2&encoding-type=url&prefix=a%20b%2F%26c%3D');
    expect(listingQuery('', { token: 't/1=', most: 1 })).toBe(
      '?list-type=2&encoding-type=url&prefix=&continuation-token=t%2F1%3D&max-keys=1',
    );
  });
});
