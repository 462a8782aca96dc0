import { BlockList } from 'node:net';
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';

/**
 * The public IPv4 addresses of this computer, as CIDR: a job's network is kept from private
 * addresses anyway, but where a computer has a public one of its own, only the computer knows.
 */
export function ownPublicAddresses(
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): string[] {
  const all = Object.values(interfaces).flatMap((list) => list ?? []);
  const addresses = all
    .filter((one) => one.family === 'IPv4' && !one.internal && !isPrivate(one.address))
    .map((one) => `${one.address}/32`);
  return [...new Set(addresses)];
}

function isPrivate(address: string): boolean {
  return PRIVATE.check(address);
}

// RFC 1918, RFC 6598 (carrier-grade NAT) and RFC 3927 (link-local).
const PRIVATE = new BlockList();
PRIVATE.addSubnet('10.0.0.0', 8);
PRIVATE.addSubnet('172.16.0.0', 12);
PRIVATE.addSubnet('192.168.0.0', 16);
PRIVATE.addSubnet('100.64.0.0', 10);
PRIVATE.addSubnet('169.254.0.0', 16);
