import { basename } from 'node:path/posix';
import { signedHeaders } from '../adapters/s3-signer.ts';
import { OffpeakError } from '../contract/errors.ts';
import { MAX_LISTING_BYTES, MAX_LISTING_PAGES, PARALLEL_PROBES } from './limits.ts';
import * as manifest from './manifest.ts';
import { inParallel } from './parallel.ts';
import type { S3Resource } from './ports.ts';
import { md5Of, probe } from './probe.ts';
import { objectUrl, regionOf, sourcesOf } from './s3-address.ts';
import type { BucketPlace, S3Endpoints, S3Source } from './s3-address.ts';
import { listingQuery, readListing, type S3Object } from './s3-listing.ts';
import type { Web } from './web.ts';

interface Asking {
  readonly web: Web;
  readonly authorize: manifest.Authorize;
  readonly signal: AbortSignal;
}

/** Works out an S3 resource: asks the sizes of named files, or lists what there is. */
export async function planS3(
  resource: S3Resource,
  setting: { readonly web: Web; readonly endpoints: S3Endpoints; readonly signal: AbortSignal },
): Promise<manifest.Manifest> {
  const sources = sourcesOf(resource, setting.endpoints);
  const authorize = authorizeS3(resource, sources);
  const asking = { web: setting.web, signal: setting.signal, authorize };
  const files: manifest.ManifestFile[] = [];
  for (const source of sources) files.push(...(await filesOf(source, asking)));
  const [{ label } = { label: 'S3' }] = sources;
  const more = sources.length - 1;
  return {
    label: `${manifest.oneLine(label)}${more > 0 ? ` and ${more} more` : ''}`,
    target: resource.target,
    writable: resource.allowWrite ?? false,
    files: manifest.settledFiles(files),
    authorize,
    scope:
      resource.IAM === undefined
        ? null
        : manifest.scopeOf(resource.IAM.ACCESS_KEY_ID, resource.IAM.SECRET_ACCESS_KEY),
  };
}

/** Signs for the hosts that the job named with its key, and for no other. */
function authorizeS3(resource: S3Resource, sources: readonly S3Source[]): manifest.Authorize {
  const region = regionOf(resource);
  const { IAM: key } = resource;
  if (key === undefined || region === null) return () => Promise.resolve({});
  const origins = sources.flatMap(({ places }) => places.map(({ root }) => new URL(root).origin));
  const credentials = {
    region,
    accessKeyId: key.ACCESS_KEY_ID,
    secretAccessKey: key.SECRET_ACCESS_KEY,
  };
  return (url) =>
    origins.includes(new URL(url).origin) ? signedHeaders(url, credentials) : Promise.resolve({});
}

async function filesOf(
  source: S3Source,
  asking: Asking,
): Promise<readonly manifest.ManifestFile[]> {
  const { files, places, query } = source;
  const [place] = places;
  if (files === null) return query === '' ? listed(source, asking) : [await single(source, asking)];
  return inParallel(files, PARALLEL_PROBES, asking.signal, async (name, signal) => {
    const path = manifest.requirePath(name);
    const url = objectUrl(place, path, query);
    const what = `the file ${manifest.shown(name)}`;
    const { size, version, checksum } = await probe(asking.web, url, { ...asking, signal, what });
    return { path, size, version, checksum, source: { kind: 'url', url } };
  });
}

/**
 * Everything below an address. Where it cannot be listed as a bucket in one way, it is in the other;
 * at last it may be a file itself. The most telling refusal is thrown.
 */
async function listed(source: S3Source, asking: Asking): Promise<readonly manifest.ManifestFile[]> {
  const refusals: OffpeakError[] = [];
  for (const place of source.places) {
    const named = await listing(place, asking).catch(refused(refusals));
    if (named !== null && named.length > 0) return named.map((one) => fileOf(place.root, one));
  }
  if (source.places[0].prefix !== '') {
    const file = await single(source, asking).catch(refused(refusals));
    if (file !== null) return [file];
  }
  const forbidden = refusals.find(({ code }) => code === 'resources.forbidden');
  if (forbidden !== undefined) throw forbidden;
  const message = `There are no files at ${manifest.shown(source.label)}.`;
  throw new OffpeakError('resources.not-found', { message });
}

/** What is no answer to this question may be one to the next; what is no answer at all is thrown. */
function refused(refusals: OffpeakError[]): (error: unknown) => null {
  const telling = ['resources.forbidden', 'resources.not-found', 'resources.unsupported'];
  return (error) => {
    if (!(error instanceof OffpeakError) || !telling.includes(error.code)) throw error;
    refusals.push(error);
    return null;
  };
}

/** An object and its name in the volume. */
interface NamedObject {
  readonly name: string;
  readonly object: S3Object;
}

async function listing(place: BucketPlace, asking: Asking): Promise<readonly NamedObject[]> {
  const folder = place.prefix === '' ? '' : `${place.prefix}/`;
  const objects: S3Object[] = [];
  let token: string | null = null;
  for (let page = 0; page < MAX_LISTING_PAGES; page += 1) {
    const { objects: more, next } = await pageOf(place, listingQuery(folder, { token }), asking);
    // Keys that end with a slash are the folders that some tools make.
    objects.push(...more.filter(({ key }) => key.startsWith(folder) && !key.endsWith('/')));
    manifest.requireFewFiles(objects.length);
    token = next;
    if (token === null) break;
  }
  if (token !== null) throw new OffpeakError('resources.too-large');
  if (objects.length > 0 || folder === '') {
    return objects.map((object) => ({ object, name: object.key.slice(folder.length) }));
  }
  // No folder: an object of exactly this name comes first among those that begin with it.
  const [first] = (await pageOf(place, listingQuery(place.prefix, { most: 1 }), asking)).objects;
  return first?.key === place.prefix ? [{ object: first, name: basename(first.key) }] : [];
}

async function pageOf(
  { root }: BucketPlace,
  query: string,
  { web, authorize, signal }: Asking,
): Promise<{ readonly objects: readonly S3Object[]; readonly next: string | null }> {
  const url = `${root}/${query}`;
  const what = 'the list of the files';
  const headers = await authorize(url);
  const bytes = await web.read({ url, headers, signal, what, maxBytes: MAX_LISTING_BYTES });
  const page = readListing(bytes.toString('utf8'));
  if (page === null) throw new OffpeakError('resources.unsupported');
  return page;
}

function fileOf(root: string, { object, name }: NamedObject): manifest.ManifestFile {
  const url = objectUrl({ root, prefix: '' }, object.key);
  return {
    path: manifest.requirePath(name),
    size: object.size,
    version: { etag: object.etag, modified: null },
    // The list does not tell objects with a key of KMS; the download looks (download.ts).
    checksum: md5Of(object.etag ?? undefined),
    source: { kind: 'url', url },
  };
}

async function single(source: S3Source, asking: Asking): Promise<manifest.ManifestFile> {
  const { places, query, label } = source;
  const url = objectUrl(places[0], '', query);
  const what = `the file ${manifest.shown(label)}`;
  const { size, version, checksum, isPage } = await probe(asking.web, url, { ...asking, what });
  // Many sites answer every address with a page; nobody keeps a model in one.
  if (isPage) throw new OffpeakError('resources.not-found');
  const path = manifest.requirePath(basename(places[0].prefix));
  return { path, size, version, checksum, source: { kind: 'url', url } };
}
