import { planHuggingFace } from './hf-plan.ts';
import type { Manifest } from './manifest.ts';
import { planOllama } from './ollama-plan.ts';
import type { Resource } from './ports.ts';
import { AWS_ENDPOINTS, type S3Endpoints } from './s3-address.ts';
import { planS3 } from './s3-plan.ts';
import type { Web } from './web.ts';

/** Where the known stores are; tests have their own. */
export interface Endpoints extends S3Endpoints {
  readonly huggingFace: string;
  readonly ollama: string;
}

export const PUBLIC_ENDPOINTS: Endpoints = {
  ...AWS_ENDPOINTS,
  huggingFace: 'https://huggingface.co',
  ollama: 'https://registry.ollama.ai',
};

/** Turns a resource into the list of its files, asking its server. Throws `resources.…`. */
export function planResource(
  resource: Resource,
  setting: { readonly web: Web; readonly endpoints: Endpoints; readonly signal: AbortSignal },
): Promise<Manifest> {
  const { web, endpoints, signal } = setting;
  switch (resource.type) {
    case 'S3':
      return planS3(resource, { web, endpoints, signal });
    case 'HF':
      return planHuggingFace(resource, { web, hub: endpoints.huggingFace, signal });
    case 'Ollama':
      return planOllama(resource, { web, registry: endpoints.ollama, signal });
  }
}
