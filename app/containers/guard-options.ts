import type { CreateOptions, NetworkOptions } from '../adapters/docker/create-options.ts';
import { ulimitsFor } from './isolation.ts';
import { label, networkName, type Pod, type PodKind, podLabels } from './names.ts';

/** What one guard is started for. */
export interface GuardRequest {
  readonly pod: Pod;
  /** Number of the operation that it stands before. */
  readonly index: number;
  /** Id or name of the guard's image. */
  readonly image: string;
  /** Names under which other containers of the run reach the one behind this guard. */
  readonly aliases: readonly string[];
  /** TCP ports that programs of this computer may reach. */
  readonly ports: readonly number[];
  /** More addresses that are closed: those of this computer that are not private. */
  readonly deny: readonly string[];
  readonly namesProcessLimit: boolean;
  /** The engine answers names at the gateway (Podman), not inside the container (Docker). */
  readonly namesAtGateway: boolean;
}

/**
 * The network of one run. Open: its guards decide what leaves it (docs/security.md). Closed:
 * nothing is forwarded out of it or into it, and without an IPv4 address on the bridge this
 * computer cannot be reached through it either.
 */
export function networkOptions(pod: Pod, kind: PodKind): NetworkOptions {
  const isClosed = kind === 'closed';
  return {
    Name: networkName(pod),
    Driver: 'bridge',
    Internal: isClosed,
    Attachable: false,
    EnableIPv6: false,
    CheckDuplicate: true,
    Options: isClosed ? { 'com.docker.network.bridge.inhibit_ipv4': 'true' } : {},
    Labels: podLabels(pod),
  };
}

/**
 * The guard: a container of ours that holds the network of one job container, and filters what
 * leaves it. The job joins that network without any right to change it; the filter lives as long
 * as the network does.
 */
export function guardOptions(request: GuardRequest): CreateOptions {
  const { aliases, deny, image, namesAtGateway, pod, ports } = request;
  const network = networkName(pod);
  const bindings = ports.map((port) => [`${port}/tcp`, [LOOPBACK]] as const);
  return {
    Image: image,
    Cmd: [
      ...(namesAtGateway ? ['--dns-gateway'] : []),
      ...deny.flatMap((cidr) => ['--deny', cidr]),
    ],
    Env: [],
    Labels: { ...podLabels(pod), [label.guard]: String(request.index) },
    Tty: false,
    OpenStdin: false,
    StopTimeout: 1,
    Healthcheck: { Test: ['NONE'] },
    ...(ports.length > 0
      ? { ExposedPorts: Object.fromEntries(bindings.map(([port]) => [port, {}])) }
      : {}),
    HostConfig: {
      NetworkMode: network,
      // Podman would ask these instead of its own resolver, which knows the run's containers.
      ...(namesAtGateway ? {} : { Dns: PUBLIC_NAME_SERVERS }),
      DnsSearch: ['.'],
      ...(ports.length > 0 ? { PortBindings: Object.fromEntries(bindings) } : {}),
      CapDrop: ['ALL'],
      CapAdd: ['NET_ADMIN'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      IpcMode: 'private',
      CgroupnsMode: 'private',
      Init: false,
      RestartPolicy: { Name: 'no' },
      Memory: MEMORY_BYTES,
      MemorySwap: MEMORY_BYTES,
      NanoCpus: 5e8,
      CpuShares: 128,
      PidsLimit: 16,
      OomScoreAdj: 0,
      ShmSize: 1024 * 1024,
      Ulimits: ulimitsFor(64, request.namesProcessLimit),
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '1' } },
      Mounts: [],
    },
    NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [...aliases] } } },
  };
}

/** Not the resolver of the home network: it knows the names of the owner's devices. */
const PUBLIC_NAME_SERVERS = ['1.1.1.1', '9.9.9.9'];
const LOOPBACK = { HostIp: '127.0.0.1', HostPort: '' } as const;
/** It needs less than a megabyte; engines refuse less than six. */
const MEMORY_BYTES = 32 * 1024 * 1024;
