import { describe, expect, it } from 'vitest';
import { guardOptions } from '../../../app/containers/guard-options.ts';
import { clientOptions, relayOptions } from '../../../app/containers/tunnel-options.ts';

const place = {
  labels: { 'io.offpeak.host': 'h' },
  guardId: 'f'.repeat(64),
  of: '0',
  namesProcessLimit: false,
  seccomp: null,
};
const client = clientOptions(
  'sha256:c',
  { command: ['/entrypoint.sh'], env: { A: 'b' } },
  place,
  'd',
);
const relay = relayOptions('sha256:g', { lendersPort: 7999, ports: [7000], token: 't' }, place);

describe('a container of a tunnel', () => {
  it.each([
    ['the client', client],
    ['the relay', relay],
  ])('gets nothing but the network of its guard: %s', (_, { HostConfig }) => {
    expect(HostConfig).toMatchObject({
      NetworkMode: `container:${place.guardId}`,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      RestartPolicy: { Name: 'no' },
      Mounts: [],
    });
    for (const key of ['CapAdd', 'DeviceRequests', 'PortBindings', 'Binds', 'Privileged']) {
      expect(HostConfig).not.toHaveProperty(key);
    }
    const { Memory, MemorySwap, PidsLimit, NanoCpus } = HostConfig;
    expect(Memory).toBeLessThanOrEqual(256 * 1024 ** 2);
    expect(MemorySwap).toBe(Memory);
    expect(PidsLimit).toBeLessThanOrEqual(64);
    expect(NanoCpus).toBeLessThanOrEqual(1e9);
  });

  it('is no container of the operation: a search for that never finds it', () => {
    expect(client.Labels).toEqual({
      'io.offpeak.host': 'h',
      'io.offpeak.tunnel': '0',
      'io.offpeak.digest': 'd',
    });
    expect(relay.Labels).toEqual({ 'io.offpeak.host': 'h', 'io.offpeak.relay': '0' });
  });
});

describe('the guard of a tunnel', () => {
  const request = {
    pod: { host: 'h', pod: 'open.run' },
    index: 'tunnel-0',
    image: 'sha256:g',
    aliases: [],
    ports: [],
    deny: ['198.51.101.7/32'],
    namesProcessLimit: false,
    namesAtGateway: false,
  };
  const narrow = {
    targets: [
      { address: '203.0.114.1', port: 7000 },
      { address: '203.0.114.2', port: 7000 },
    ],
    name: 'server.example',
    siblingPorts: [8080],
    digest: 'd',
  };

  it('lets out to the server and to the exposed ports, and knows the server without asking', () => {
    const { Cmd, HostConfig, Labels } = guardOptions({ ...request, narrow });
    expect(Cmd?.join(' ')).toBe(
      '--deny 198.51.101.7/32 --only --to 203.0.114.1:7000 --to 203.0.114.2:7000 --sibling 8080',
    );
    expect(HostConfig.ExtraHosts).toEqual([
      'server.example:203.0.114.1',
      'server.example:203.0.114.2',
    ]);
    expect(HostConfig.Dns).toEqual(['203.0.113.53']);
    expect(Labels['io.offpeak.reaches']).toBe('203.0.114.1,203.0.114.2');
  });

  it('changes nothing for those of jobs', () => {
    const { Cmd, HostConfig } = guardOptions({ ...request, index: 0 });
    expect(Cmd).toEqual(['--deny', '198.51.101.7/32']);
    expect(HostConfig).not.toHaveProperty('ExtraHosts');
    expect(HostConfig.Dns).toEqual(['1.1.1.1', '9.9.9.9']);
  });
});
