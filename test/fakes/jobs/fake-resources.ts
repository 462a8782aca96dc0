import { OffpeakError } from '../../../app/contract/errors.ts';
import type { Problem } from '../../../app/contract/gpu.ts';
import type { PullProgress } from '../../../app/contract/job.ts';
import type { Resource } from '../../../app/jobs/definition/resources.ts';
import type { JobResources, ResourceResult } from '../../../app/jobs/ports.ts';

/** How getting a resource goes: at once and well unless told otherwise. */
export interface ResourceScript {
  readonly problem?: Problem;
  /** Never ends by itself: only the signal ends it. */
  readonly hangs?: boolean;
}

/** A store of resources that fetches nothing: a volume is only a name here. */
export class FakeResources implements JobResources {
  /** By repository, model or address. */
  readonly scripts = new Map<string, ResourceScript>();
  /** Every call in order, e.g. `ensure gpt2`, `release <run>`. */
  readonly calls: string[] = [];
  /** Runs that hold a volume now. */
  readonly holders = new Set<string>();

  async ensure(
    { run, resource }: { readonly run: string; readonly resource: Resource },
    onProgress: (progress: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<ResourceResult> {
    const name = nameOf(resource);
    this.calls.push(`ensure ${name}`);
    this.holders.add(run);
    onProgress({ image: name, receivedBytes: 1, totalBytes: 2, layersDone: 0, layers: 1 });
    const { problem, hangs = false } = this.scripts.get(name) ?? {};
    if (hangs && !signal.aborted) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    }
    if (signal.aborted) return { ok: false, problem: stopped() };
    if (problem !== undefined) return { ok: false, problem };
    const { target = '/root/.ollama/models' } = resource;
    const writable = resource.type === 'S3' && resource.allowWrite === true;
    return { ok: true, volume: `volume-of-${name}`, target, writable };
  }

  release(run: string): void {
    this.calls.push(`release ${run}`);
    this.holders.delete(run);
  }
}

function nameOf(resource: Resource): string {
  switch (resource.type) {
    case 'S3':
      return resource.url ?? resource.bucket ?? 'buckets';
    case 'HF':
      return resource.repo;
    case 'Ollama':
      return resource.model;
  }
}

function stopped(): Problem {
  return new OffpeakError('containers.stopped').toReport();
}
