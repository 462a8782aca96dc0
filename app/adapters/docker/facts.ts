import type { z } from 'zod';
import type { Info, PodmanInfo, Version } from './answers.ts';

/** What an engine says of itself. Sizes in bytes; `cores` of the engine's (virtual) machine. */
export interface EngineFacts {
  readonly name: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly linuxContainers: boolean;
  readonly isPodman: boolean;
  readonly rootless: boolean;
  readonly storageDriver: string;
  /** Its storage may be able to hold a container to a size; only trying tells. */
  readonly limitsDisk: boolean;
  /** Image ids of this store are digests of manifests, not of configurations. */
  readonly containerdStore: boolean;
  /** How it can be asked for cards; null where it says nothing of being able to give any. */
  readonly cardsBy: 'nvidia' | 'cdi' | null;
  /** The runtime of the NVIDIA Container Toolkit is set up. */
  readonly hasToolkitRuntime: boolean;
  /** A request for cards is taken and forgotten: the container starts without. */
  readonly ignoresCards: boolean;
  /** Root in a container is not root on the computer. */
  readonly remapsUsers: boolean;
  /** Folder of its images and containers, on its own (virtual) machine. */
  readonly rootFolder: string | null;
  readonly seccomp: boolean;
  /** It can hold a container to a limit of memory, processes and processor time. */
  readonly enforcesLimits: boolean;
  readonly memoryBytes: number;
  readonly cores: number;
}

/** Reads the two answers in which an engine describes itself. */
export function factsOf(version: z.infer<typeof Version>, info: z.infer<typeof Info>): EngineFacts {
  const security = info.SecurityOptions ?? [];
  const isPodman = (version.Components ?? []).some(({ Name }) => Name.startsWith('Podman'));
  const ignoresCards = isPodman && !isAtLeast(version.Version, PODMAN_WITH_CARDS);
  return {
    name: nameOf(isPodman, info.OperatingSystem ?? ''),
    version: version.Version,
    apiVersion: version.ApiVersion,
    linuxContainers: (info.OSType ?? 'linux') === 'linux',
    isPodman,
    rootless: security.some((option) => option.includes('name=rootless')),
    storageDriver: info.Driver ?? 'unknown',
    limitsDisk: mayLimitDisk(info),
    containerdStore: (info.DriverStatus ?? []).some((row) =>
      row.join(' ').includes('io.containerd.snapshotter'),
    ),
    cardsBy: isPodman ? (ignoresCards ? null : 'cdi') : wayToCards(info),
    hasToolkitRuntime: !isPodman && hasToolkitRuntime(info),
    ignoresCards,
    remapsUsers: security.some((o) => o.includes('name=userns') || o.includes('name=rootless')),
    rootFolder: info.DockerRootDir ?? null,
    seccomp: security.some((o) => o.includes('name=seccomp') && !o.includes('unconfined')),
    // Rootless engines without delegated cgroups take a limit and ignore it; these flags tell.
    enforcesLimits: [info.MemoryLimit, info.PidsLimit, info.CpuCfsQuota].every(
      (flag) => flag !== false,
    ),
    memoryBytes: info.MemTotal,
    cores: info.NCPU,
  };
}

/** Podman's answers in Docker's words leave out that it is rootless, and what it can hold then. */
export function withPodmanFacts(
  facts: EngineFacts,
  { host }: z.infer<typeof PodmanInfo>,
): EngineFacts {
  const { rootless } = host.security;
  const controllers = host.cgroupControllers ?? [];
  // Without root rights only the controllers of cgroup v2 that were delegated to the user work.
  const isDelegated =
    host.cgroupVersion === 'v2' &&
    ['cpu', 'memory', 'pids'].every((one) => controllers.includes(one));
  return {
    ...facts,
    rootless,
    remapsUsers: facts.remapsUsers || rootless,
    enforcesLimits: facts.enforcesLimits && (!rootless || isDelegated),
  };
}

function nameOf(isPodman: boolean, operatingSystem: string): string {
  if (isPodman) return 'Podman';
  return operatingSystem === 'Docker Desktop' ? 'Docker Desktop' : 'Docker';
}

// Docker's manual, "docker run --storage-opt": btrfs, zfs, and overlay2 on xfs with pquota.
function mayLimitDisk({ Driver = '', DriverStatus }: z.infer<typeof Info>): boolean {
  if (Driver === 'btrfs' || Driver === 'zfs') return true;
  const rows = (DriverStatus ?? []).map((row) => row.join(' '));
  return Driver === 'overlay2' && rows.includes('Backing Filesystem xfs');
}

/**
 * Podman hands `DeviceRequests` of the driver `cdi` on since 5.5.0 (commit 18e29076f72b); 4.3.1 was
 * seen to answer 201 and start the container without. It has no other way for CDI names through
 * Docker's API before 6.0, and takes none of the driver `nvidia` in any version.
 */
const PODMAN_WITH_CARDS = [5, 5] as const;

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

// Docker 28.2 and later list the CDI devices that they can give. One that has the cards by UUID is
// asked for those: they survive "systemctl daemon-reload", after which a card given by the toolkit's
// hook is lost (https://github.com/NVIDIA/nvidia-container-toolkit/issues/48). Else the runtime
// named nvidia tells that the toolkit is there.
function wayToCards(info: z.infer<typeof Info>): EngineFacts['cardsBy'] {
  const devices = (info.DiscoveredDevices ?? []).map(({ ID = '' }) => ID);
  if (devices.some((id) => id.startsWith('nvidia.com/gpu=GPU-'))) return 'cdi';
  if (hasToolkitRuntime(info)) return 'nvidia';
  return devices.some((id) => id.startsWith('nvidia.com/gpu=')) ? 'cdi' : null;
}

function hasToolkitRuntime({ Runtimes }: z.infer<typeof Info>): boolean {
  return Object.keys(Runtimes ?? {}).includes('nvidia');
}
