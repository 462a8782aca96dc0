import type { CreateOptions, HostConfig } from '../adapters/docker/create-options.ts';
import { ulimitsFor } from './isolation.ts';
import { label } from './names.ts';
import type { SeccompOption } from './seccomp.ts';
import type { ClientStart } from './tunnel-env.ts';

/** What the containers of a tunnel have in common. */
export interface TunnelPlace {
  /** Labels of the run and of its network; of a door's tunnel, of the network alone. */
  readonly labels: Readonly<Record<string, string>>;
  /** The narrow guard whose network they use. */
  readonly guardId: string;
  /** `<index>` of the operation, or `door`. */
  readonly of: string;
  readonly namesProcessLimit: boolean;
  readonly seccomp: SeccompOption | null;
}

const MIB = 1024 ** 2;
/** frpc is a Go program of some twenty megabytes; many connections at once take more. */
const CLIENT_BYTES = 256 * MIB;
const RELAY_BYTES = 32 * MIB;

/**
 * The network operator's client. It is not the job's, but nobody here wrote it either: it has no
 * right at all, no file of the owner, and a network that leads to the tunnel's server and the
 * exposed ports alone. Its root can be written: the image makes its settings when it starts. Pure.
 */
export function clientOptions(
  image: string,
  client: ClientStart,
  place: TunnelPlace,
  digest: string,
): CreateOptions {
  return {
    ...COMMON,
    Image: image,
    Cmd: client.command,
    Env: Object.entries(client.env).map(([name, value]) => `${name}=${value}`),
    Labels: { ...place.labels, [label.tunnel]: place.of, [label.digest]: digest },
    HostConfig: hostConfig(place, { memoryBytes: CLIENT_BYTES, processes: 64, openFiles: 4096 }),
  };
}

/** Our relay, beside the client (build/guard, `/relay`). Pure. */
export function relayOptions(
  image: string,
  relay: {
    /** Where this computer comes. */
    readonly lendersPort: number;
    readonly ports: readonly number[];
    readonly token: string;
  },
  place: TunnelPlace,
): CreateOptions {
  const limits = { memoryBytes: RELAY_BYTES, processes: 8, openFiles: 1024 };
  return {
    ...COMMON,
    Image: image,
    Entrypoint: ['/relay'],
    Cmd: [relay.lendersPort, ...relay.ports].map(String),
    Env: [`RELAY_TOKEN=${relay.token}`],
    Labels: { ...place.labels, [label.relay]: place.of },
    HostConfig: { ...hostConfig(place, limits), ReadonlyRootfs: true },
  };
}

const COMMON = {
  Tty: false,
  OpenStdin: false,
  StopTimeout: 1,
  Healthcheck: { Test: ['NONE'] },
} as const;

function hostConfig(
  { guardId, namesProcessLimit, seccomp }: TunnelPlace,
  limits: { readonly memoryBytes: number; readonly processes: number; readonly openFiles: number },
): HostConfig {
  return {
    NetworkMode: `container:${guardId}`,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges', ...(seccomp === null ? [] : [seccomp])],
    IpcMode: 'private',
    CgroupnsMode: 'private',
    Init: false,
    RestartPolicy: { Name: 'no' },
    Memory: limits.memoryBytes,
    MemorySwap: limits.memoryBytes,
    NanoCpus: 5e8,
    CpuShares: 128,
    PidsLimit: limits.processes,
    OomScoreAdj: 500,
    ShmSize: MIB,
    Ulimits: ulimitsFor(limits.openFiles, namesProcessLimit),
    LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '1' } },
    Mounts: [],
  };
}
