import { createHash } from 'node:crypto';
import { extract, pack } from 'tar-stream';
import { z } from 'zod';

/** What the practice image is made of, and the name it gets. */
export interface ImageParts {
  readonly reference: string;
  /** The static program, /llm in the image. */
  readonly program: Buffer;
  /** The model file, /model.bin in the image. */
  readonly model: Buffer;
}

/** An image as one tar that `docker load` takes, with its identities ("sha256:…"). */
export interface ImageArchive {
  readonly archive: Buffer;
  /** The digest of the config: the image's id in an engine with the classic image store. */
  readonly imageId: string;
  /** The digest of the manifest: the image's id in an engine with the containerd image store. */
  readonly manifestDigest: string;
}

/** A plain file of a layer; `name` is its path without the first slash. */
interface File {
  readonly name: string;
  readonly mode: number;
  readonly content: Buffer;
}

/** What goes into any image of ours, for 64-bit Linux. */
interface Recipe {
  readonly reference: string;
  /** From the lowest layer up; the one that changes least is best the lowest. */
  readonly layers: readonly { readonly what: string; readonly file: File }[];
  /** How a container starts: the field `config` of the OCI image specification. */
  readonly config: object;
  /** Who made it, for the history. */
  readonly maker: string;
}

/** The user "nobody" by number, since the image has no list of users. */
const nobody = '65534:65534';
const ociType = 'application/vnd.oci.image';

/** Builds the practice image; see `buildArchive`. */
export async function buildImageArchive(parts: ImageParts): Promise<ImageArchive> {
  return buildArchive({
    reference: parts.reference,
    // The model is the larger and the rarer to change, so it is the lower layer.
    layers: [
      { what: 'the model', file: { name: 'model.bin', mode: 0o444, content: parts.model } },
      { what: 'the program', file: { name: 'llm', mode: 0o555, content: parts.program } },
    ],
    config: {
      User: nobody,
      WorkingDir: '/',
      Entrypoint: ['/llm'],
      Labels: {
        'org.opencontainers.image.title': 'Offpeak practice model',
        'org.opencontainers.image.description':
          'A small language model that writes short passages; the job of the practice network.',
        // The static program holds parts of the GNU C library.
        'org.opencontainers.image.licenses': 'MIT AND LGPL-2.1-or-later',
      },
    },
    maker: 'build/model/image.ts',
  });
}

/**
 * Builds an image without an engine. The same parts give the same bytes: fixed times, owners and order.
 * The tar holds both an OCI layout and the older manifest.json, as `docker save` writes them.
 */
export async function buildArchive(recipe: Recipe): Promise<ImageArchive> {
  const layers: Buffer[] = [];
  for (const layer of recipe.layers) layers.push(await writeTar([layer.file]));
  const config = json(imageConfig(recipe, layers));
  const manifest = json({
    schemaVersion: 2,
    mediaType: `${ociType}.manifest.v1+json`,
    config: descriptor('config.v1+json', config),
    layers: layers.map((layer) => descriptor('layer.v1.tar', layer)),
  });
  const index = {
    schemaVersion: 2,
    mediaType: `${ociType}.index.v1+json`,
    manifests: [
      { ...descriptor('manifest.v1+json', manifest), annotations: names(recipe.reference) },
    ],
  };
  const legacy = [
    { Config: blobName(config), RepoTags: [recipe.reference], Layers: layers.map(blobName) },
  ];
  const files = [
    ...[...layers, config, manifest].map((content) => file(blobName(content), content)),
    file('index.json', json(index)),
    file('manifest.json', json(legacy)),
    file('oci-layout', json({ imageLayoutVersion: '1.0.0' })),
  ];
  const archive = await writeTar(files.sort((a, b) => (a.name < b.name ? -1 : 1)));
  return { archive, imageId: digestOf(config), manifestDigest: digestOf(manifest) };
}

/** Reads all plain files of a tar by name; rejects for what is not a tar. */
export async function readTar(archive: Buffer): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const reader = extract();
  reader.end(archive);
  for await (const entry of reader) files.set(entry.header.name, await collect(entry));
  return files;
}

/** Reads the files inside an image archive, all layers together, by their path without the first slash. */
export async function readImageFiles(archive: Buffer): Promise<Map<string, Buffer>> {
  const blobs = await readTar(archive);
  const [{ Layers: layers }] = legacyManifest.parse(JSON.parse(String(blobs.get('manifest.json'))));
  const files = new Map<string, Buffer>();
  for (const layer of layers) {
    const content = await readTar(blobs.get(layer) ?? Buffer.alloc(0));
    for (const [name, bytes] of content) files.set(name, bytes);
  }
  return files;
}

const legacyManifest = z.tuple([z.object({ Layers: z.array(z.string()) })]);

/** The sha256 of bytes as image formats write it, "sha256:" and 64 hexadecimal digits. */
export function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

async function writeTar(files: readonly File[]): Promise<Buffer> {
  const writer = pack();
  for (const { name, mode, content } of files) {
    writer.entry({ name, mode, mtime: new Date(0), uid: 0, gid: 0, size: content.length }, content);
  }
  writer.finalize();
  return collect(writer);
}

async function collect(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function imageConfig({ config, layers, maker }: Recipe, tars: readonly Buffer[]): object {
  const created = new Date(0).toISOString();
  return {
    created,
    architecture: 'amd64',
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: tars.map(digestOf) },
    history: layers.map(({ what }) => ({ created, created_by: `${maker}: ${what}` })),
  };
}

function descriptor(
  kind: string,
  content: Buffer,
): { mediaType: string; digest: string; size: number } {
  return { mediaType: `${ociType}.${kind}`, digest: digestOf(content), size: content.length };
}

function names(reference: string): Record<string, string> {
  // Engines read the full name from the first, OCI tools the tag from the second.
  return {
    'io.containerd.image.name': `docker.io/${reference}`,
    'org.opencontainers.image.ref.name': reference.slice(reference.indexOf(':') + 1),
  };
}

function blobName(content: Buffer): string {
  return `blobs/sha256/${digestOf(content).slice('sha256:'.length)}`;
}

function file(name: string, content: Buffer): File {
  return { name, mode: 0o644, content };
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
