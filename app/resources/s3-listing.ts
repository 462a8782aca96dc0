import { z } from 'zod';
import { parseXml } from '../adapters/outside/xml.ts';

/** An object of a bucket, as a listing tells it. */
export interface S3Object {
  readonly key: string;
  readonly size: number;
  readonly etag: string | null;
  readonly modified: string | null;
}

export interface ListingPage {
  readonly objects: readonly S3Object[];
  /** Null after the last page. */
  readonly next: string | null;
}

const Listing = z.object({
  ListBucketResult: z.object({
    EncodingType: z.string().optional(),
    IsTruncated: z.string().optional(),
    NextContinuationToken: z.string().optional(),
    Contents: z
      .array(
        z.object({
          Key: z.string(),
          Size: z
            .string()
            .regex(/^\d{1,15}$/)
            .transform(Number),
          ETag: z.string().optional(),
          LastModified: z.string().optional(),
        }),
      )
      .optional(),
  }),
});

/** Reads an answer of ListObjectsV2 (AWS, API reference of S3); null when it is none. Pure. */
export function readListing(xml: string): ListingPage | null {
  const read = Listing.safeParse(parseXml(xml, ['Contents']));
  if (!read.success) return null;
  const { EncodingType, IsTruncated, NextContinuationToken, Contents } = read.data.ListBucketResult;
  const objects = (Contents ?? []).map(({ Key, Size, ETag, LastModified }) => ({
    key: EncodingType === 'url' ? decodedKey(Key) : Key,
    size: Size,
    etag: ETag ?? null,
    modified: LastModified ?? null,
  }));
  return { objects, next: IsTruncated === 'true' ? (NextContinuationToken ?? null) : null };
}

/** The query of ListObjectsV2. Keys are asked for encoded: XML cannot hold every character. */
export function listingQuery(
  prefix: string,
  options: { readonly token?: string | null; readonly most?: number } = {},
): string {
  const fields = [
    ['list-type', '2'],
    ['encoding-type', 'url'],
    ['prefix', prefix],
    ...(options.token == null ? [] : [['continuation-token', options.token]]),
    ...(options.most === undefined ? [] : [['max-keys', String(options.most)]]),
  ];
  return `?${fields.map((pair) => pair.map(encodeURIComponent).join('=')).join('&')}`;
}

function decodedKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return key;
  }
}
