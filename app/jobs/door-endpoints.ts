import type { JobEndpoints, PublishedPorts } from './door-ports.ts';
import type { JobAddresses } from './ports.ts';
import { workOf } from './run.ts';
import type { Runner } from './runner.ts';
import { portName } from './tunnel-spec.ts';

const WORDS = { online: 'ONLINE', offline: 'OFFLINE', unknown: 'UNKNOWN' } as const;

/** Where the network publishes the ports of the operations that run now, and whether they answer. */
export function endpointsOf(
  { run, endpoints }: Pick<Runner, 'run' | 'endpoints'>,
  addresses: JobAddresses | undefined,
): JobEndpoints {
  const urls: Record<string, PublishedPorts[string]> = {};
  const work = workOf(run);
  const naming = { offer: run.offer, privateSeeds: work?.privateSeeds };
  for (const { id: opID, index } of work?.operations ?? []) {
    for (const { port, status } of endpoints.get(opID) ?? []) {
      const id = portName({ id: opID, index }, port, naming);
      const url = addresses?.urlOf(id) ?? null;
      if (url !== null) urls[id] = { opID, port, url, status: WORDS[status] };
    }
  }
  const words = Object.values(urls).map(({ status }) => status);
  const isOnline = words.includes('ONLINE') && !words.includes('OFFLINE');
  return { urls, status: isOnline ? 'ONLINE' : 'OFFLINE' };
}
