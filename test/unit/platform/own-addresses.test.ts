import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { ownPublicAddresses } from '../../../app/platform/own-addresses.ts';
import { routers } from '../../../app/platform/router.ts';

function ipv4(address: string, internal = false): NetworkInterfaceInfo {
  const rest = { netmask: '255.255.255.0', mac: '00:00:00:00:00:00', cidr: `${address}/24` };
  return { address, family: 'IPv4', internal, ...rest };
}

describe('the public addresses of this computer', () => {
  it('are those that no rule about private addresses covers, each once', () => {
    const interfaces = {
      lo: [ipv4('127.0.0.1', true)],
      eth0: [ipv4('192.168.1.5'), ipv4('198.51.99.7')],
      ppp0: [ipv4('198.51.99.7'), ipv4('100.64.3.3')],
      docker0: [ipv4('172.17.0.1')],
    };
    expect(ownPublicAddresses(interfaces)).toEqual(['198.51.99.7/32']);
  });

  it('are none where there is no network', () => {
    expect(ownPublicAddresses({})).toEqual([]);
  });
});

describe('the routers of this computer', () => {
  it('are the gateways of its default routes', () => {
    const table = [
      'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT',
      'eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0',
      'eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0',
      'wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0',
    ].join('\n');
    expect(routers(() => table)).toEqual(['192.168.1.1']);
  });

  it('are not known where the system keeps no such table', () => {
    expect(routers(() => '')).toEqual([]);
  });
});
