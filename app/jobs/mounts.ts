import type { Problem } from '../contract/gpu.ts';
import type { Resource } from './definition/resources.ts';
import { obtainResource, type Obtaining } from './obtaining.ts';
import type { ContainerSpec, ResourceResult } from './ports.ts';
import { resourceLabel } from './resource-label.ts';
import type { RunStep } from './run-event.ts';
import type { Work } from './run.ts';

/** What getting the resources of a run needs. */
export interface Mounting extends Obtaining {
  readonly facts: { readonly offer: { readonly run: string } };
  readonly work: () => Work;
  readonly record: (step: RunStep) => void;
}

type Mounts =
  | { readonly ok: true; readonly resources: ContainerSpec['resources'] }
  | { readonly ok: false; readonly problem: Problem };

/** The mounts for an operation's resources; those fetched before are there at once. */
export async function mountsOf(host: Mounting, wanted: readonly Resource[]): Promise<Mounts> {
  const resources: ContainerSpec['resources'][number][] = [];
  for (const resource of wanted) {
    const result = await fetchResource(host, resource);
    if (!result.ok) return result;
    const { volume, target, writable } = result;
    resources.push({ volume, dest: target, writable });
  }
  return { ok: true, resources };
}

/** Gets one resource and notes how that goes; notes nothing more once the work has to stop. */
export async function fetchResource(host: Mounting, resource: Resource): Promise<ResourceResult> {
  const label = resourceLabel(resource);
  const known = host.work().resources.find((one) => one.label === label)?.state;
  if (known === undefined || known === 'failed') host.record({ type: 'resource-started', label });
  const { run } = host.facts.offer;
  const result = await obtainResource(host, { run, resource, label });
  if (host.stop.aborted) return result;
  if (!result.ok) host.record({ type: 'resource-failed', label, problem: result.problem });
  else if (known !== 'ready') host.record({ type: 'resource-ready', label });
  return result;
}
