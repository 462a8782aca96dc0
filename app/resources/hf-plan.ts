import { z } from 'zod';
import { OffpeakError } from '../contract/errors.ts';
import { MAX_LISTING_BYTES, MAX_LISTING_PAGES, MAX_REPOSITORY_BYTES } from './limits.ts';
import * as manifest from './manifest.ts';
import type { HuggingFaceResource } from './ports.ts';
import type { Web } from './web.ts';

/** `<owner>/<name>`, or a name alone for the oldest ones (huggingface_hub, utils/_validators.py). */
const REPO_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,95}(?:\/[A-Za-z0-9_][A-Za-z0-9._-]{0,95})?$/;

/** GET /api/models/<repo>/revision/<revision> (huggingface.js, packages/hub/src/lib/model-info.ts). */
const Repository = z.object({
  sha: z.string().regex(/^[\da-f]{40}$/),
  private: z.boolean().optional(),
  gated: z.union([z.boolean(), z.string()]).optional(),
});

/** GET /api/models/<repo>/tree/<commit> (huggingface.js, packages/hub/src/lib/list-files.ts). */
const Size = z.number().int().nonnegative();
const Tree = z.array(
  z.object({
    type: z.string(),
    path: z.string(),
    size: Size.optional(),
    oid: z.string(),
    lfs: z.object({ oid: z.string().regex(/^[\da-f]{64}$/), size: Size }).optional(),
  }),
);

interface Asking {
  readonly web: Web;
  /** `https://huggingface.co`, or a test's. */
  readonly hub: string;
  readonly signal: AbortSignal;
}

/** Works out a repository of Hugging Face at one commit: all of it, or the files that are named. */
export async function planHuggingFace(
  resource: HuggingFaceResource,
  asking: Asking,
): Promise<manifest.Manifest> {
  const { repo, revision = 'main', accessToken, target } = resource;
  if (!REPO_NAME.test(repo)) {
    const message = `The job names a model of Hugging Face that is none: ${manifest.shown(repo)}.`;
    throw new OffpeakError('resources.unsupported', { message });
  }
  const authorize = bearer(asking.hub, accessToken);
  const api = `${asking.hub}/api/models/${repo}`;
  const what = `${repo} at ${manifest.shown(revision)}`;
  const url = `${api}/revision/${encodeURIComponent(revision)}`;
  const { value: about } = await asking.web.json(
    {
      url,
      headers: await authorize(url),
      what,
      maxBytes: MAX_REPOSITORY_BYTES,
      signal: asking.signal,
    },
    Repository,
  );
  const tree = await treeOf(`${api}/tree/${about.sha}?recursive=true&expand=false`, what, {
    ...asking,
    authorize,
  });
  const base = `${asking.hub}/${repo}/resolve/${about.sha}`;
  const files = chosen(tree, resource.files, what).map((entry) => fileOf(entry, base));
  // A list of gated files is given to everyone, the files are not: the list proves no right to
  // them (huggingface.js issue 945). A token for what is public anyway makes nothing private.
  const isPublic = about.private !== true && (about.gated ?? false) === false;
  return {
    label: manifest.oneLine(`${repo}@${revision}`),
    target,
    writable: false,
    files: manifest.settledFiles(files),
    authorize,
    scope: isPublic || accessToken === undefined ? null : manifest.scopeOf(accessToken),
  };
}

/** The token for the hub alone; where files lie, the hub's redirect has its own signature. */
function bearer(hub: string, token: string | undefined): manifest.Authorize {
  const { origin } = new URL(hub);
  return (url) => {
    const isHub = new URL(url).origin === origin;
    return Promise.resolve(
      token === undefined || !isHub ? {} : { authorization: `Bearer ${token}` },
    );
  };
}

async function treeOf(
  first: string,
  what: string,
  { web, hub, signal, authorize }: Asking & { readonly authorize: manifest.Authorize },
): Promise<z.infer<typeof Tree>> {
  const entries: z.infer<typeof Tree> = [];
  let url: string | null = first;
  for (let page = 0; url !== null; page += 1) {
    if (page === MAX_LISTING_PAGES) throw new OffpeakError('resources.too-large');
    const headers = await authorize(url);
    const request = { url, headers, signal, what, maxBytes: MAX_LISTING_BYTES };
    const answer = await web.json(request, Tree);
    entries.push(...answer.value.filter(({ type }) => type === 'file'));
    manifest.requireFewFiles(entries.length);
    url = nextPage(answer.headers['link'], hub);
  }
  return entries;
}

/** RFC 8288. A next page on another host is none: it would be asked with the token. */
function nextPage(link: string | undefined, hub: string): string | null {
  const target = /<([^<>]+)>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1];
  const url = target === undefined ? null : URL.parse(target, hub);
  return url?.origin === new URL(hub).origin ? url.href : null;
}

function chosen(
  tree: z.infer<typeof Tree>,
  names: readonly string[] | undefined,
  what: string,
): z.infer<typeof Tree> {
  if (names === undefined || names.length === 0) return tree;
  const byPath = new Map(tree.map((entry) => [entry.path, entry]));
  return names.map((name) => {
    const entry = byPath.get(manifest.requirePath(name));
    if (entry !== undefined) return entry;
    const message = `There is no file ${manifest.shown(name)} in ${what}.`;
    throw new OffpeakError('resources.not-found', { message });
  });
}

function fileOf(entry: z.infer<typeof Tree>[number], base: string): manifest.ManifestFile {
  const { path, oid, lfs } = entry;
  const size = lfs?.size ?? entry.size;
  if (size === undefined) throw new OffpeakError('resources.unsupported');
  const address = path.split('/').map(encodeURIComponent).join('/');
  return {
    path: manifest.requirePath(path),
    size,
    // Large files are known by the SHA-256 of their content, small ones by git's id of the blob.
    checksum: lfs === undefined ? gitChecksum(oid) : { kind: 'sha256', hex: lfs.oid },
    version: manifest.NO_VERSION,
    source: { kind: 'url', url: `${base}/${address}` },
  };
}

function gitChecksum(oid: string): manifest.Checksum | null {
  return /^[\da-f]{40}$/.test(oid) ? { kind: 'git', hex: oid } : null;
}
