import { OffpeakError } from '../contract/errors.ts';
import { shown } from './manifest.ts';
import type { S3Resource } from './ports.ts';

/** A place in a bucket: `root` is the address of the bucket itself, `prefix` the folder in it. */
export interface BucketPlace {
  /** Without a slash at its end. */
  readonly root: string;
  /** Plain text without slashes at its ends; empty for the whole bucket. */
  readonly prefix: string;
}

/** One of the places that a resource takes its files from. */
export interface S3Source {
  /**
   * Where to look, most likely first: an address alone does not tell whether its first folder is a
   * bucket. All of them stand for the same address.
   */
  readonly places: readonly [BucketPlace, ...BucketPlace[]];
  /** With its question mark; empty in most addresses. */
  readonly query: string;
  /** Null for everything below the place. */
  readonly files: readonly string[] | null;
  readonly label: string;
}

/** Where buckets are, so that tests can have their own. */
export interface S3Endpoints {
  /** Serves the network's own bucket of models. */
  readonly nosanaModels: string;
  /** The address of a bucket of AWS; the region is null where the job names none. */
  readonly bucketRoot: (bucket: string, region: string | null) => string;
}

/** `app/resources` of the real world. */
export const AWS_ENDPOINTS: S3Endpoints = {
  // The network's own hosts rewrite this one bucket to its delivery network (nosana-cli,
  // src/services/NodeManager/node/resource/helpers/createResourceName.ts).
  nosanaModels: 'https://models.nosana.io',
  bucketRoot: (bucket, region) => {
    const host = region === null ? 's3.amazonaws.com' : `s3.${region}.amazonaws.com`;
    // The certificate *.s3… covers one label: AWS, "Virtual hosting of general purpose buckets".
    return bucket.includes('.') ? `https://${host}/${bucket}` : `https://${bucket}.${host}`;
  },
};

const NOSANA_MODELS_BUCKET = 'nos-ai-models-qllsn32u';

/** Bucket names: AWS, "General purpose bucket naming rules"; older and other stores allow more. */
const BUCKET_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/;
const REGION_NAME = /^[a-z0-9-]{1,64}$/;

/**
 * Reads where an S3 resource wants its files from: `url` with `files`, `bucket` (with `url` as the
 * store that keeps it), or `buckets`. Pure. Throws `resources.unsupported`.
 */
export function sourcesOf(resource: S3Resource, endpoints: S3Endpoints): readonly S3Source[] {
  const { url, bucket, buckets } = resource;
  const region = regionOf(resource);
  const read = (address: string, files: readonly string[] | undefined): S3Source =>
    sourceOf(address, files, { region, endpoints, isSigned: resource.IAM !== undefined });
  if (buckets !== undefined && buckets.length > 0) {
    return buckets.map((one) => read(one.url, one.files));
  }
  if (bucket !== undefined) return [read(bucketAddress(bucket, url), undefined)];
  if (url !== undefined) return [read(url, resource.files)];
  throw unsupported('The job does not say where its files are.');
}

/** The region that requests are signed for; null without a key. Throws `resources.unsupported`. */
export function regionOf({ IAM: key }: S3Resource): string | null {
  if (key === undefined) return null;
  if (REGION_NAME.test(key.REGION)) return key.REGION;
  throw unsupported(`The job names a region that is none: ${shown(key.REGION)}.`);
}

function bucketAddress(bucket: string, store: string | undefined): string {
  const named = bucket.replace(/^s3:\/\//, '');
  if (store === undefined) return /^https?:\/\//.test(bucket) ? bucket : `s3://${named}`;
  const [name = ''] = named.split('/');
  if (store.startsWith('s3://')) {
    if (store.slice('s3://'.length).split('/')[0] === name) return store;
    throw unsupported('The job names two buckets for the same files.');
  }
  const url = URL.parse(store);
  // The store's address may be that of the bucket already: <bucket>.<host>.
  if (url?.hostname.startsWith(`${name}.`) === true) {
    return `${withoutSlash(store)}/${named.slice(name.length + 1)}`;
  }
  return `${withoutSlash(store)}/${named}`;
}

interface Reading {
  readonly region: string | null;
  readonly endpoints: S3Endpoints;
  readonly isSigned: boolean;
}

function sourceOf(address: string, files: readonly string[] | undefined, how: Reading): S3Source {
  const wanted = files === undefined || files.length === 0 ? null : files;
  if (address.startsWith('s3://')) {
    const [bucket = '', ...rest] = address.slice('s3://'.length).split('/');
    if (!BUCKET_NAME.test(bucket)) {
      throw unsupported(`The job names a bucket that is none: ${shown(bucket)}.`);
    }
    const root =
      bucket === NOSANA_MODELS_BUCKET
        ? withoutSlash(how.endpoints.nosanaModels)
        : how.endpoints.bucketRoot(bucket, how.region);
    const prefix = withoutSlash(rest.join('/'));
    const label = `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`;
    return { places: [{ root, prefix }], query: '', files: wanted, label };
  }
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username + url.password !== '') {
    throw unsupported('The job names an address for its files that is none.');
  }
  const { host, pathname, search } = url;
  const label = withoutSlash(`${host}${pathname}`);
  return { places: placesOf(url, how.isSigned), query: search, files: wanted, label };
}

/** Host names of AWS: "Methods for accessing a general purpose bucket". */
const AWS_BUCKET_HOST = /^.+\.s3(?:[.-][a-z0-9]+)*\.amazonaws\.com(?:\.cn)?$/;
const AWS_STORE_HOST = /^s3(?:[.-][a-z0-9]+)*\.amazonaws\.com(?:\.cn)?$/;

function placesOf(
  { origin, hostname, pathname }: URL,
  isSigned: boolean,
): readonly [BucketPlace, ...BucketPlace[]] {
  const path = decoded(pathname).replace(/^\/+|\/+$/g, '');
  const hostIsBucket = { root: origin, prefix: path };
  const [first = '', ...rest] = path.split('/');
  const folderIsBucket = { root: `${origin}/${encodedKey(first)}`, prefix: rest.join('/') };
  if (path === '' || AWS_BUCKET_HOST.test(hostname)) return [hostIsBucket];
  if (AWS_STORE_HOST.test(hostname)) return [folderIsBucket];
  // Stores of other makers take a key and have buckets as folders; a public address without one is
  // usually a bucket behind a host name of its own.
  return isSigned ? [folderIsBucket, hostIsBucket] : [hostIsBucket, folderIsBucket];
}

/** The address of an object. */
export function objectUrl({ root, prefix }: BucketPlace, name: string, query = ''): string {
  const key = [prefix, name].filter((part) => part !== '').join('/');
  return `${root}/${encodedKey(key)}${query}`;
}

/** A key as it stands in an address and in its signature (AWS, "Signature Version 4", UriEncode). */
function encodedKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw unsupported('The job names an address for its files that is none.');
  }
}

function withoutSlash(text: string): string {
  return text.replace(/\/+$/, '');
}

function unsupported(message: string): OffpeakError {
  return new OffpeakError('resources.unsupported', { message });
}
