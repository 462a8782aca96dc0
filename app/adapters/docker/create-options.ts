/** What the engine is asked to create: the keys that Offpeak ever sets, and no others. */
export interface CreateOptions {
  readonly Image: string;
  readonly Cmd?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Env: readonly string[];
  readonly WorkingDir?: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly Tty: false;
  readonly OpenStdin: false;
  readonly StopTimeout: number;
  readonly Healthcheck: { readonly Test: readonly ['NONE'] };
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly HostConfig: HostConfig;
  readonly NetworkingConfig?: {
    readonly EndpointsConfig: Readonly<Record<string, { readonly Aliases: readonly string[] }>>;
  };
}

/** The part that decides about isolation. Sizes in bytes. */
export interface HostConfig {
  /** A network by name, or `container:ID` for the network of that container. */
  readonly NetworkMode: string;
  readonly Dns?: readonly string[];
  readonly DnsSearch?: readonly string[];
  /** `NAME:ADDRESS`, for names that no server is asked for. */
  readonly ExtraHosts?: readonly string[];
  readonly PortBindings?: Readonly<Record<string, readonly PortBinding[]>>;
  readonly CapDrop: readonly ['ALL'];
  readonly CapAdd?: readonly string[];
  readonly SecurityOpt: readonly ['no-new-privileges', ...`seccomp=${string}`[]];
  readonly ReadonlyRootfs?: true;
  readonly Tmpfs?: Readonly<Record<string, string>>;
  readonly IpcMode: 'private';
  readonly CgroupnsMode: 'private';
  readonly Init: boolean;
  readonly RestartPolicy: { readonly Name: 'no' };
  readonly Memory: number;
  readonly MemorySwap: number;
  readonly NanoCpus: number;
  readonly CpuShares: number;
  readonly PidsLimit: number;
  readonly OomScoreAdj: number;
  readonly ShmSize: number;
  readonly StorageOpt?: { readonly size: string };
  readonly Ulimits: readonly {
    readonly Name: string;
    readonly Soft: number;
    readonly Hard: number;
  }[];
  readonly LogConfig: {
    readonly Type: 'json-file';
    readonly Config: Readonly<Record<string, string>>;
  };
  readonly Mounts: readonly VolumeMount[];
  readonly DeviceRequests?: readonly CardRequest[];
}

/** Volumes only: the type has no room for a folder of the owner. */
export interface VolumeMount {
  readonly Type: 'volume';
  readonly Source: string;
  readonly Target: string;
  readonly ReadOnly?: true;
}

/** Programs of this computer alone reach a published port. An empty port lets the engine choose. */
interface PortBinding {
  readonly HostIp: '127.0.0.1';
  readonly HostPort: '';
}

/** Cards by id: for the NVIDIA Container Toolkit, or as CDI devices (`nvidia.com/gpu=ID`). */
export type CardRequest =
  | {
      readonly Driver: 'nvidia';
      readonly DeviceIDs: readonly string[];
      readonly Capabilities: readonly [readonly ['gpu']];
    }
  | { readonly Driver: 'cdi'; readonly DeviceIDs: readonly string[] };

export interface NetworkOptions {
  readonly Name: string;
  readonly Driver: 'bridge';
  readonly Internal: boolean;
  readonly Attachable: false;
  readonly EnableIPv6: false;
  readonly CheckDuplicate: true;
  readonly Options: Readonly<Record<string, string>>;
  readonly Labels: Readonly<Record<string, string>>;
}
