import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/**
 * Which addresses strangers' URLs may lead to: those of the public internet alone. The ranges are
 * all of the IANA special-purpose registries that are not globally reachable (RFC 6890, as of
 * 2025), multicast, and the addresses and neighbours of this computer.
 */
export interface AddressPolicy {
  /** For tests, whose servers are on this computer: 127.0.0.0/8 and ::1. */
  readonly allowLoopback?: boolean;
}

const SPECIAL_IPV4 = [
  '0.0.0.0/8', // "this network", RFC 791
  '10.0.0.0/8', // private, RFC 1918
  '100.64.0.0/10', // shared by carriers (CGNAT), RFC 6598
  '127.0.0.0/8', // loopback, RFC 1122
  '169.254.0.0/16', // link-local, RFC 3927; also the clouds' metadata services
  '172.16.0.0/12', // private, RFC 1918
  '192.0.0.0/24', // IETF protocol assignments, RFC 6890
  '192.0.2.0/24', // documentation, RFC 5737
  '192.88.99.0/24', // 6to4 relays, RFC 7526
  '192.168.0.0/16', // private, RFC 1918
  '198.18.0.0/15', // benchmarks, RFC 2544
  '198.51.100.0/24', // documentation, RFC 5737
  '203.0.113.0/24', // documentation, RFC 5737
  '224.0.0.0/4', // multicast, RFC 5771
  '240.0.0.0/4', // reserved and broadcast, RFC 1112
];

const SPECIAL_IPV6 = [
  '::/96', // unspecified, loopback and the deprecated IPv4-compatible ones, RFC 4291
  '64:ff9b:1::/48', // translation inside a network, RFC 8215
  '100::/64', // discard, RFC 6666
  '2001::/23', // IETF protocol assignments with Teredo, RFC 2928 and RFC 4380
  '2001:db8::/32', // documentation, RFC 3849
  '2002::/16', // 6to4, RFC 3056
  '3fff::/20', // documentation, RFC 9637
  '5f00::/16', // segment routing, RFC 9602
  'fc00::/7', // unique local, RFC 4193
  'fe80::/10', // link-local, RFC 4291
  'fec0::/10', // site-local, RFC 3879
  'ff00::/8', // multicast, RFC 4291
];

/** IPv6 addresses that hold an IPv4 one in their last 32 bits, which is then what counts. */
const MAPPED = ['::ffff:0:0/96', '64:ff9b::/96'];

const special = blockListOf([...SPECIAL_IPV4, ...SPECIAL_IPV6]);
const mapped = blockListOf(MAPPED);
const loopback = blockListOf(['127.0.0.0/8', '::1/128']);

/** May a request go to this address? `own` are the networks of this computer, as CIDR. */
export function isAllowedAddress(
  address: string,
  policy: AddressPolicy = {},
  own: readonly string[] = ownNetworks(),
): boolean {
  const plain = address.replace(/%.*$/, '');
  const version = isIP(plain);
  if (version === 0) return false;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  // BlockList looks at a mapped address as at the IPv4 one for some rules only: unfold it here.
  if (family === 'ipv6' && mapped.check(plain, family)) {
    return isAllowedAddress(lastFourBytes(plain), policy, own);
  }
  if (loopback.check(plain, family)) return policy.allowLoopback === true;
  return !special.check(plain, family) && !blockListOf(own).check(plain, family);
}

/**
 * The networks that this computer is in. At home, every device has a public IPv6 address, and all
 * share the first 64 bits: the neighbours are refused with the computer itself.
 */
function ownNetworks(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal)
    .map(({ address, cidr, family }) => {
      const prefix = Number(cidr?.split('/')[1] ?? Number.NaN);
      const [whole, widest] = family === 'IPv4' ? [32, 16] : [128, 48];
      // A tunnel may claim to reach half the internet; then its own address is all that is ours.
      return `${address.replace(/%.*$/, '')}/${prefix >= widest ? prefix : whole}`;
    });
}

function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix = ''] = network.split('/');
    list.addSubnet(address, Number(prefix), isIP(address) === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

function lastFourBytes(ipv6: string): string {
  const dotted = /(\d+\.\d+\.\d+\.\d+)$/.exec(ipv6)?.[1];
  if (dotted !== undefined) return dotted;
  // The URL parser writes every IPv6 address in the one shortest form, in hexadecimal.
  const host = new URL(`http://[${ipv6}]/`).hostname.slice(1, -1);
  const groups = host.split(':').slice(-2);
  const [high = 0, low = 0] = groups.map((group) => Number.parseInt(group || '0', 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
