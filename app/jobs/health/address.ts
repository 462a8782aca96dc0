import { isIP, isIPv6 } from 'node:net';
import type { Endpoint } from '../ports.ts';

/** A TCP address as it stands in a URL. */
export function hostAndPort({ host, port }: Endpoint): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** Where a person opens a port; null for an address that is not this computer's own. */
export function urlOf(endpoint: Endpoint): string | null {
  const { host } = endpoint;
  const isLoopback = host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
  return isLoopback ? `http://${hostAndPort(endpoint)}` : null;
}
