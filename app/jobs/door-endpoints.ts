import { exposeId } from './definition/expose-id.ts';
import type { JobEndpoints, PublishedPorts } from './door-ports.ts';
import type { JobAddresses } from './ports.ts';
import { workOf } from './run.ts';
import type { Runner } from './runner.ts';

const WORDS = { online: 'ONLINE', offline: 'OFFLINE', unknown: 'UNKNOWN' } as const;

/** Where the network publishes the ports of the operations that run now, and whether they answer. */
export function endpointsOf(
  { run, endpoints }: Pick<Runner, 'run' | 'endpoints'>,
  addresses: JobAddresses | undefined,
): JobEndpoints {
  const urls: Record<string, PublishedPorts[string]> = {};
  for (const { id: opID, index } of workOf(run)?.operations ?? []) {
    for (const { port, status } of endpoints.get(opID) ?? []) {
      const id = exposeId(index, port, run.offer.job);
      const url = addresses?.urlOf(id) ?? null;
      if (url !== null) urls[id] = { opID, port, url, status: WORDS[status] };
    }
  }
  const words = Object.values(urls).map(({ status }) => status);
  const isOnline = words.includes('ONLINE') && !words.includes('OFFLINE');
  return { urls, status: isOnline ? 'ONLINE' : 'OFFLINE' };
}
