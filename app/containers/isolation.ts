import type {
  CardRequest,
  CreateOptions,
  HostConfig,
  VolumeMount,
} from '../adapters/docker/create-options.ts';
import type { ContainerSpec } from '../jobs/ports.ts';
import type { Limits } from './limits.ts';
import { label, runLabels, volumeName } from './names.ts';
import type { SeccompOption } from './seccomp.ts';

/** Where a container's network is: behind a guard, in a closed one of its own run, or nowhere. */
export type NetworkPlace =
  | { readonly kind: 'none' }
  | { readonly kind: 'guarded'; readonly guardId: string }
  | { readonly kind: 'closed'; readonly network: string };

/** What else decides about a container. */
export interface Setting {
  readonly host: string;
  /** The network that it uses; see names.ts. */
  readonly pod: string;
  readonly place: NetworkPlace;
  readonly limits: Limits;
  /** A small first process that passes signals on and buries zombies; some engines lack it. */
  readonly init: boolean;
  /** How this engine is asked for cards. */
  readonly cardsBy: CardRequest['Driver'];
  /** Whether the storage of this engine can hold a container to a size itself. */
  readonly limitsDisk: boolean;
  /** Podman with root rights asks for the kernel's maximum, which it may not get, unless told. */
  readonly namesProcessLimit: boolean;
  /** A filter of ours where the engine's own leaves a door open (seccomp.ts). */
  readonly seccomp: SeccompOption | null;
  /** 1 for the first container of an operation. */
  readonly attempt: number;
}

/**
 * The one place that decides what a job's container may do. A definition chooses program,
 * environment, working folder, volumes of its own, and whether it needs the card; everything else
 * is set here or absent.
 */
export function createOptions(spec: ContainerSpec, setting: Setting): CreateOptions {
  const { place } = setting;
  return {
    Image: spec.image,
    ...(spec.command === null ? {} : { Cmd: spec.command }),
    ...(spec.entrypoint === null ? {} : { Entrypoint: spec.entrypoint }),
    ...(spec.workDir === null ? {} : { WorkingDir: spec.workDir }),
    Env: environment(spec),
    Labels: {
      ...runLabels({ host: setting.host, run: spec.run }),
      [label.pod]: setting.pod,
      [label.job]: spec.job,
      [label.operation]: spec.operation,
      [label.attempt]: String(setting.attempt),
      [label.disk]: String(setting.limits.diskBytes),
    },
    Tty: false,
    OpenStdin: false,
    StopTimeout: STOP_SECONDS,
    // A health check of the image would run beside the job for nobody.
    Healthcheck: { Test: ['NONE'] },
    HostConfig: hostConfig(spec, setting),
    ...(place.kind === 'closed'
      ? {
          NetworkingConfig: {
            EndpointsConfig: { [place.network]: { Aliases: [...spec.aliases] } },
          },
        }
      : {}),
  };
}

/**
 * All rights that a container keeps, for images that start as root, hand their files to a user
 * and become that user, as package managers and most servers do. They reach no further than the
 * container's own disk, processes and users; none of them touches network, kernel or devices.
 */
export const KEPT_CAPABILITIES = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'KILL',
  'SETGID',
  'SETUID',
] as const;

/**
 * Docker before 25.0.5 answers names for closed networks through a resolver of this computer
 * (CVE-2024-29018), a way out for data. A name server that nobody has (RFC 5737) closes it; names
 * of the run's own containers are answered by the engine as before.
 */
const NO_NAME_SERVER = '203.0.113.53';
const STOP_SECONDS = 10;
/** Open files: enough for servers, and never above what the engine itself may usually open. */
const OPEN_FILES = 16_384;
/** Counted over all containers of one user, so far above what the cgroup of one allows. */
const PROCESSES = 32_768;
/** Against the 1024 of everything else, the owner's programs get eight times the processor time. */
const CPU_SHARES = 128;
/**
 * A job may print faster than the engine hands out, and whoever reads then misses what was rotated
 * away. So the first file holds more than our own log takes (jobs/log-file.ts): up to its end,
 * nothing is missing.
 */
const LOG_ROOM = { 'max-size': '256m', 'max-file': '2' };
/** Of 1000: when memory runs out, the kernel ends the job and not a program of the owner. */
const OOM_SCORE = 800;

function hostConfig(spec: ContainerSpec, setting: Setting): HostConfig {
  const { limits } = setting;
  return {
    ...networkOf(setting.place),
    CapDrop: ['ALL'],
    CapAdd: [...KEPT_CAPABILITIES],
    SecurityOpt: ['no-new-privileges', ...(setting.seccomp === null ? [] : [setting.seccomp])],
    ...(spec.readOnlyRoot ? { ReadonlyRootfs: true, Tmpfs: { '/tmp': '' } } : {}),
    IpcMode: 'private',
    CgroupnsMode: 'private',
    Init: setting.init,
    RestartPolicy: { Name: 'no' },
    Memory: limits.memoryBytes,
    // Equal to Memory means: no swap.
    MemorySwap: limits.memoryBytes,
    NanoCpus: limits.nanoCpus,
    CpuShares: CPU_SHARES,
    PidsLimit: limits.processes,
    OomScoreAdj: OOM_SCORE,
    ShmSize: limits.sharedMemoryBytes,
    ...(setting.limitsDisk ? { StorageOpt: { size: String(limits.diskBytes) } } : {}),
    Ulimits: ulimitsFor(OPEN_FILES, setting.namesProcessLimit),
    LogConfig: { Type: 'json-file', Config: LOG_ROOM },
    Mounts: mountsOf(spec, setting.host),
    ...(spec.cards.length > 0 ? { DeviceRequests: [cardRequest(spec.cards, setting)] } : {}),
  };
}

/** Limits of a process; the number of processes is held by the cgroup in any case. */
export function ulimitsFor(openFiles: number, namesProcessLimit: boolean): HostConfig['Ulimits'] {
  return [
    { Name: 'nofile', Soft: openFiles, Hard: openFiles },
    // A crash dump could fill the disk of the owner.
    { Name: 'core', Soft: 0, Hard: 0 },
    ...(namesProcessLimit ? [{ Name: 'nproc', Soft: PROCESSES, Hard: PROCESSES }] : []),
  ];
}

function networkOf(place: NetworkPlace): Pick<HostConfig, 'NetworkMode' | 'Dns' | 'DnsSearch'> {
  if (place.kind === 'none') return { NetworkMode: 'none' };
  if (place.kind === 'guarded') return { NetworkMode: `container:${place.guardId}` };
  // Without a search domain here, those of the home network are copied into the container.
  return { NetworkMode: place.network, Dns: [NO_NAME_SERVER], DnsSearch: ['.'] };
}

function mountsOf(spec: ContainerSpec, host: string): VolumeMount[] {
  const own = spec.volumes.map((volume) => ({
    Type: 'volume' as const,
    Source: volumeName({ host, run: spec.run }, volume.name),
    Target: volume.dest,
  }));
  const fetched = spec.resources.map(({ volume, dest, writable }) => ({
    Type: 'volume' as const,
    Source: volume,
    Target: dest,
    // What other jobs will read, no job may write.
    ...(writable ? {} : { ReadOnly: true as const }),
  }));
  return [...own, ...fetched];
}

function cardRequest(cards: readonly string[], { cardsBy }: Setting): CardRequest {
  switch (cardsBy) {
    case 'nvidia':
      return { Driver: 'nvidia', DeviceIDs: [...cards], Capabilities: [['gpu']] };
    case 'cdi':
      return { Driver: 'cdi', DeviceIDs: cards.map((card) => `nvidia.com/gpu=${card}`) };
  }
}

// Where the owner made the NVIDIA runtime the default, this variable alone would open the card to
// a container (NVIDIA Container Toolkit, "Environment variables"); `void` closes it. For jobs with
// the card the engine sets it.
function environment(spec: ContainerSpec): string[] {
  const own = Object.entries(spec.env).filter(([name]) => name !== CARD_VARIABLE);
  const list = own.map(([name, value]) => `${name}=${value}`);
  return spec.cards.length > 0 ? list : [...list, `${CARD_VARIABLE}=void`];
}

const CARD_VARIABLE = 'NVIDIA_VISIBLE_DEVICES';
