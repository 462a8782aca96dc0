import { createHash } from 'node:crypto';
import { z } from 'zod';
import { OffpeakError } from '../contract/errors.ts';
import { MAX_OLLAMA_MANIFEST_BYTES } from './limits.ts';
import * as manifest from './manifest.ts';
import type { OllamaResource } from './ports.ts';
import type { Web } from './web.ts';

/** Where Ollama keeps its models in its own image, and where the network's hosts mount them. */
const DEFAULT_TARGET = '/root/.ollama/models';

const REGISTRY_NAME = 'registry.ollama.ai';
const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';

const Layer = z.object({
  digest: z.string().regex(/^sha256:[\da-f]{64}$/),
  size: z.number().int().nonnegative(),
});
/** ollama, server/internal/manifest/manifest.go. */
const OllamaManifest = z.object({ config: Layer.optional(), layers: z.array(Layer) });

/** A model's full name. */
interface ModelName {
  readonly namespace: string;
  readonly model: string;
  readonly tag: string;
}

interface Asking {
  readonly web: Web;
  /** `https://registry.ollama.ai`, or a test's. */
  readonly registry: string;
  readonly signal: AbortSignal;
}

/** Works out a model of Ollama's registry as the models folder of Ollama has it. */
export async function planOllama(
  { model, target }: OllamaResource,
  { web, registry, signal }: Asking,
): Promise<manifest.Manifest> {
  const name = modelName(model);
  const repository = `${registry}/v2/${name.namespace}/${name.model}`;
  const what = `the model ${manifest.shown(model)}`;
  const bytes = await web.read({
    url: `${repository}/manifests/${name.tag}`,
    headers: { accept: MANIFEST_TYPE },
    maxBytes: MAX_OLLAMA_MANIFEST_BYTES,
    signal,
    what,
  });
  const { config, layers } = readManifest(bytes, what);
  const blobs = [...layers, ...(config === undefined ? [] : [config])];
  return {
    label: `${name.namespace === 'library' ? '' : `${name.namespace}/`}${name.model}:${name.tag}`,
    target: target ?? DEFAULT_TARGET,
    writable: false,
    files: manifest.settledFiles([
      ...blobs.map((layer) => blobFile(layer, repository)),
      manifestFile(bytes, name),
    ]),
    authorize: () => Promise.resolve({}),
    scope: null,
  };
}

/**
 * `[namespace/]model[:tag]`, with the registry's own name before it or not (ollama,
 * types/model/name.go). Throws `resources.unsupported`, also for other registries.
 */
export function modelName(text: string): ModelName {
  const plain = text.replace(/^(?:https?:\/\/)?registry\.ollama\.ai\//, '');
  const parts = /^(?:([\w-]{1,80})\/)?([\w.-]{1,80})(?::([\w.-]{1,80}))?$/.exec(plain);
  const [, namespace = 'library', model = '', tag = 'latest'] = parts ?? [];
  const isFine = parts !== null && ![model, tag].some((part) => /^\.|\.\./.test(part));
  if (isFine) return { namespace, model, tag };
  throw new OffpeakError('resources.unsupported', {
    message: `The job names a model of Ollama's registry that is none: ${manifest.shown(text)}.`,
  });
}

function readManifest(bytes: Buffer, what: string): z.infer<typeof OllamaManifest> {
  const read = OllamaManifest.safeParse(parsed(bytes));
  if (read.success) return read.data;
  const message = `The registry describes ${what} in a way that Offpeak does not understand.`;
  throw new OffpeakError('resources.unsupported', { message });
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}

function blobFile(
  { digest, size }: z.infer<typeof Layer>,
  repository: string,
): manifest.ManifestFile {
  return {
    path: `blobs/${digest.replace(':', '-')}`,
    size,
    checksum: { kind: 'sha256', hex: digest.slice('sha256:'.length) },
    version: manifest.NO_VERSION,
    source: { kind: 'url', url: `${repository}/blobs/${digest}` },
  };
}

function manifestFile(bytes: Buffer, { namespace, model, tag }: ModelName): manifest.ManifestFile {
  return {
    path: `manifests/${REGISTRY_NAME}/${namespace}/${model}/${tag}`,
    size: bytes.length,
    checksum: { kind: 'sha256', hex: createHash('sha256').update(bytes).digest('hex') },
    version: manifest.NO_VERSION,
    source: { kind: 'bytes', bytes },
  };
}
