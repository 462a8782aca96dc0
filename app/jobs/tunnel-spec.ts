import type { ExposedPort } from './definition/expose.ts';
import {
  deploymentExposeId,
  deploymentGroup,
  exposeId,
  privateExposeId,
} from './definition/expose-id.ts';
import type { JobDefinition } from './definition/schema.ts';
import { hostNameOf } from './operation-spec.ts';
import type { Offer } from './ports.ts';
import type { TunnelDeployment, TunnelSpec } from './tunnel-port.ts';

/** What the names of ports are made of. */
interface Naming {
  readonly offer: Pick<Offer, 'run' | 'job' | 'poster'>;
  /** By private operation. */
  readonly privateSeeds?: Readonly<Record<string, string>> | undefined;
}

/** The name of a port on the network; of a private operation one that only its owner is told. Pure. */
export function portName(
  operation: { readonly id: string; readonly index: number },
  port: number,
  { offer, privateSeeds = {} }: Naming,
): string {
  const seed = Object.hasOwn(privateSeeds, operation.id) ? privateSeeds[operation.id] : undefined;
  if (seed !== undefined) return privateExposeId(seed, port);
  return exposeId(operation.index, port, offer.job);
}

/** The tunnel of an operation; null where it exposes nothing. `index` is its place in `ops`. Pure. */
export function tunnelSpec(
  definition: JobDefinition,
  index: number,
  ports: readonly ExposedPort[],
  naming: Naming,
): TunnelSpec | null {
  const operation = definition.ops[index];
  if (operation === undefined || ports.length === 0) return null;
  const { id } = operation;
  const { run, job, poster } = naming.offer;
  return {
    run,
    job,
    operation: id,
    index,
    host: hostNameOf(index),
    ports: ports.map(({ port, health_checks: checks }) => ({
      port,
      name: portName({ id, index }, port, naming),
      healthPath: checks === undefined ? undefined : healthPath(checks),
    })),
    deployment: deploymentOf(definition, id, poster),
  };
}

/** A load balancer asks by GET and wants 200: the first check that does so, too. */
function healthPath(checks: NonNullable<ExposedPort['health_checks']>): string | null {
  for (const check of checks) {
    if (check.type !== 'http' || check.method !== 'GET' || check.expected_status !== 200) continue;
    return check.path;
  }
  return null;
}

function deploymentOf(
  { deployment_id: id = '' }: JobDefinition,
  operation: string,
  poster: string,
): TunnelDeployment | null {
  if (id === '') return null;
  const deployment = { id, poster };
  return {
    id,
    group: deploymentGroup(deployment),
    name: deploymentExposeId(operation, deployment),
  };
}
