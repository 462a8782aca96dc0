import type { CreateOptions, NetworkOptions } from '../adapters/docker/create-options.ts';
import { ulimitsFor } from './isolation.ts';
import { label, networkName, type Pod, type PodKind, podLabels } from './names.ts';

/** What one guard is started for. */
export interface GuardRequest {
  readonly pod: Pod;
  /** Number of the operation that it stands before, or a word for the tunnel. */
  readonly index: number | string;
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
  /** Absent for a job. */
  readonly narrow?: Narrow | undefined;
}

/** The only ways out of the network of a tunnel; nobody comes in but this computer. */
export interface Narrow {
  /** Addresses, each with the port that may be reached. */
  readonly targets: readonly { readonly address: string; readonly port: number }[];
  /** Names of these addresses: no name server is asked for them. */
  readonly name: string;
  /** Ports of the run's own containers. */
  readonly siblingPorts: readonly number[];
  /** What it was made for. */
  readonly digest: string;
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
  const { aliases, deny, image, namesAtGateway, narrow, pod, ports } = request;
  const network = networkName(pod);
  const bindings = ports.map((port) => [`${port}/tcp`, [LOOPBACK]] as const);
  return {
    Image: image,
    Cmd: [
      ...(namesAtGateway ? ['--dns-gateway'] : []),
      ...deny.flatMap((cidr) => ['--deny', cidr]),
      ...(narrow === undefined ? [] : narrowArguments(narrow)),
    ],
    Env: [],
    Labels: {
      ...podLabels(pod),
      [label.guard]: String(request.index),
      ...(narrow === undefined ? {} : narrowLabels(narrow)),
    },
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
      ...(namesAtGateway
        ? {}
        : { Dns: narrow === undefined ? PUBLIC_NAME_SERVERS : NO_NAME_SERVER }),
      DnsSearch: ['.'],
      ...(narrow === undefined ? {} : { ExtraHosts: hostsOf(narrow) }),
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

function narrowArguments({ targets, siblingPorts }: Narrow): string[] {
  return [
    '--only',
    ...targets.flatMap(({ address, port }) => ['--to', `${address}:${port}`]),
    ...siblingPorts.flatMap((port) => ['--sibling', String(port)]),
  ];
}

function narrowLabels({ targets, digest }: Narrow): Record<string, string> {
  const reaches = targets.map(({ address }) => address).join();
  return { [label.digest]: digest, [label.reaches]: reaches };
}

function hostsOf({ name, targets }: Narrow): string[] {
  return targets.map(({ address }) => `${name}:${address}`);
}

/** One that nobody has (RFC 5737): only names of the run's own containers are answered. */
const NO_NAME_SERVER = ['203.0.113.53'];
/** Not the resolver of the home network: it knows the names of the owner's devices. */
const PUBLIC_NAME_SERVERS = ['1.1.1.1', '9.9.9.9'];
const LOOPBACK = { HostIp: '127.0.0.1', HostPort: '' } as const;
/** It needs less than a megabyte; engines refuse less than six. */
const MEMORY_BYTES = 32 * 1024 * 1024;
