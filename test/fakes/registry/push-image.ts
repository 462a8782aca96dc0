import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

/** A layer as it travels. */
export interface Layer {
  readonly bytes: Buffer;
  /** Digest of what is inside. */
  readonly diffId: string;
}

/** An image to be put under a name. */
export interface PushedImage {
  readonly repository: string;
  readonly tag: string;
  readonly layers: readonly Layer[];
  /** As in the image's configuration: Entrypoint, Cmd, Env, WorkingDir. */
  readonly config: object;
}

const DOCKER = 'application/vnd.docker';
const MANIFEST = `${DOCKER}.distribution.manifest.v2+json`;

/** A tar as a layer, hardly compressed: tests have more time than these files have air. */
export function layerOf(tar: Buffer): Layer {
  return { bytes: gzipSync(tar, { level: 1 }), diffId: digest(tar) };
}

/** Puts an image into a registry as `docker push` does. Returns the digest of its manifest. */
export async function pushImage(registry: string, image: PushedImage): Promise<string> {
  const { repository, tag, layers } = image;
  const config = Buffer.from(configOf(image));
  for (const bytes of [...layers.map((layer) => layer.bytes), config]) {
    await putBlob(`${registry}/v2/${repository}`, bytes);
  }
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: described(config, 'container.image.v1+json'),
      layers: layers.map(({ bytes }) => described(bytes, 'image.rootfs.diff.tar.gzip')),
    }),
  );
  await send('PUT', `${registry}/v2/${repository}/manifests/${tag}`, manifest, MANIFEST);
  return digest(manifest);
}

/** Waits until a registry answers at all. */
export async function untilUp(registry: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await fetch(`${registry}/v2/`).catch(() => null);
    if (answer !== null) return;
    await sleep(100);
  }
  throw new Error(`There is no registry at ${registry}`);
}

function configOf({ config, layers }: PushedImage): string {
  return JSON.stringify({
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(() => ({ created_by: 'a test' })),
  });
}

function described(bytes: Buffer, type: string): object {
  return { mediaType: `${DOCKER}.${type}`, size: bytes.length, digest: digest(bytes) };
}

async function putBlob(repository: string, bytes: Buffer): Promise<void> {
  const begun = await send('POST', `${repository}/blobs/uploads/`);
  const place = new URL(begun.headers.get('location') ?? '', repository);
  place.searchParams.set('digest', digest(bytes));
  await send('PUT', place.href, bytes, 'application/octet-stream');
}

async function send(
  method: string,
  url: string,
  body?: Buffer,
  type = 'application/json',
): Promise<Response> {
  const headers = { 'content-type': type };
  const content = body === undefined ? {} : { body: new Uint8Array(body) };
  const answer = await fetch(url, { method, headers, ...content });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return answer;
}

function digest(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
