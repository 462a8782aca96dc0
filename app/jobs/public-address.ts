import { deploymentExposeId, exposeId } from './definition/expose-id.ts';
import { writtenPorts } from './definition/prospects.ts';
import type { JobDefinition } from './definition/schema.ts';
import type { JobAddresses, Offer } from './ports.ts';

/**
 * The address at which the network publishes a port of an operation, or with null as the port the
 * one of its deployment, as literals stand for it: host and port alone, since posters write the
 * scheme before it. Null where the network publishes nothing, or tells only the poster. Pure.
 */
export function publicAddress(
  definition: JobDefinition,
  {
    offer,
    addresses,
  }: {
    readonly offer: Pick<Offer, 'job' | 'poster'>;
    readonly addresses?: JobAddresses | undefined;
  },
  index: number,
  port: number | null,
): string | null {
  const operation = definition.ops[index];
  if (addresses === undefined || operation?.type !== 'container/run') return null;
  const { expose, private: isPrivate = false } = operation.args;
  const id =
    port === null
      ? deploymentOf(definition, operation.id, offer.poster)
      : exposeId(index, port, offer.job);
  const isWritten =
    port === null ? expose !== undefined : writtenPorts(expose).ports.includes(port);
  if (isPrivate || !isWritten || id === null) return null;
  const url = addresses.urlOf(id);
  // A parser of URLs would make small letters of it, and the id is not the same then.
  return /^https?:\/\/([^/?#]+)/.exec(url ?? '')?.[1] ?? null;
}

function deploymentOf(
  { deployment_id: id = '' }: JobDefinition,
  operation: string,
  poster: string,
): string | null {
  return id === '' ? null : deploymentExposeId(operation, { id, poster });
}
