import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isAllowedAddress, type AddressPolicy } from './addresses.ts';
import { OutsideFault } from './faults.ts';

/** All addresses of a name, as this computer resolves it. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/**
 * A lookup for sockets that hands out allowed addresses only. The check is here, at the very
 * addresses that are then connected to: a name that is checked first and resolved again for the
 * connection could answer differently (DNS rebinding).
 */
export function publicLookup(
  policy: AddressPolicy,
  resolve: Resolve = allAddresses,
): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (found) => {
        const wanted = familyOf(options.family);
        const usable = found.filter(({ family }) => wanted === null || family === wanted);
        const allowed = usable.filter(({ address }) => isAllowedAddress(address, policy));
        const [first] = allowed;
        if (first === undefined) {
          const kind = usable.length > 0 ? 'refused-address' : 'unreachable';
          callback(new OutsideFault(kind, hostname), '', 0);
        } else if (options.all === true) callback(null, [...allowed]);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(new OutsideFault('unreachable', hostname, error), '', 0),
    );
  };
}

function allAddresses(hostname: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    systemLookup(hostname, { all: true }, (error, addresses) => {
      if (error === null) resolve(addresses);
      else reject(error);
    });
  });
}

function familyOf(family: number | 'IPv4' | 'IPv6' | undefined): 4 | 6 | null {
  if (family === 4 || family === 'IPv4') return 4;
  return family === 6 || family === 'IPv6' ? 6 : null;
}
