import type { z } from 'zod';
import type { Info, Version } from './answers.ts';

/** What an engine says of itself. Sizes in bytes; `cores` of the engine's (virtual) machine. */
export interface EngineFacts {
  readonly name: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly linuxContainers: boolean;
  readonly isPodman: boolean;
  readonly rootless: boolean;
  readonly storageDriver: string;
  /** Image ids of this store are digests of manifests, not of configurations. */
  readonly containerdStore: boolean;
  readonly gpuRuntime: boolean;
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
  return {
    name: nameOf(isPodman, info.OperatingSystem ?? ''),
    version: version.Version,
    apiVersion: version.ApiVersion,
    linuxContainers: (info.OSType ?? 'linux') === 'linux',
    isPodman,
    rootless: security.some((option) => option.includes('name=rootless')),
    storageDriver: info.Driver ?? 'unknown',
    containerdStore: (info.DriverStatus ?? []).some((row) =>
      row.join(' ').includes('io.containerd.snapshotter'),
    ),
    gpuRuntime: hasGpuRuntime(info),
    seccomp: security.some((o) => o.includes('name=seccomp') && !o.includes('unconfined')),
    // Rootless engines without delegated cgroups take a limit and ignore it; these flags tell.
    enforcesLimits: [info.MemoryLimit, info.PidsLimit, info.CpuCfsQuota].every(
      (flag) => flag !== false,
    ),
    memoryBytes: info.MemTotal,
    cores: info.NCPU,
  };
}

function nameOf(isPodman: boolean, operatingSystem: string): string {
  if (isPodman) return 'Podman';
  return operatingSystem === 'Docker Desktop' ? 'Docker Desktop' : 'Docker';
}

// The NVIDIA Container Toolkit registers a runtime named nvidia, or lists cards as CDI devices.
function hasGpuRuntime(info: z.infer<typeof Info>): boolean {
  if (Object.keys(info.Runtimes ?? {}).includes('nvidia')) return true;
  return (info.DiscoveredDevices ?? []).some(
    (device) => device.ID?.startsWith('nvidia.com/gpu') === true,
  );
}
