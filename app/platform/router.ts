import { readFileSync } from 'node:fs';

/**
 * IPv4 addresses of the routers of this computer, by the kernel's table of routes; empty where there
 * is no such table to read (systems other than Linux) or no route out.
 */
export function routers(table: () => string = readTable): string[] {
  const rows = table()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
  // proc(5), /proc/net/route: interface, destination, gateway, flags, …; addresses in hexadecimal,
  // lowest byte first. A destination of zero is the default route.
  const gateways = rows
    .filter(([, destination, gateway]) => destination === NONE && gateway !== NONE)
    .map(([, , gateway = '']) => dotted(gateway));
  return [...new Set(gateways)];
}

const NONE = '00000000';

function dotted(hexadecimal: string): string {
  return [...Buffer.from(hexadecimal, 'hex')].reverse().join('.');
}

function readTable(): string {
  try {
    return readFileSync('/proc/net/route', 'utf8');
  } catch {
    return '';
  }
}
