import type {
  CreateOptions,
  HostConfig,
  NetworkOptions,
} from '../adapters/docker/create-options.ts';
import type { Limits } from './limits.ts';
import { label, networkName, type Owner, runLabels, volumeName } from './names.ts';
import type { ContainerSpec } from '../jobs/ports.ts';

/** What else decides about a container: whose it is, its limits, its network, the engine's init. */
export interface Setting {
  readonly host: string;
  readonly limits: Limits;
  /** Name of the run's own closed network. */
  readonly network: string;
  /** A small first process that passes signals on and buries zombies; some engines lack it. */
  readonly init: boolean;
}

/**
 * The one place that decides what a container may do. A definition chooses program, environment,
 * working folder, volumes of its own, aliases and the card; everything else is set here or absent.
 */
export function createOptions(spec: ContainerSpec, setting: Setting): CreateOptions {
  return {
    Image: spec.image,
    ...(spec.command === null ? {} : { Cmd: spec.command }),
    ...(spec.entrypoint === null ? {} : { Entrypoint: spec.entrypoint }),
    ...(spec.workDir === null ? {} : { WorkingDir: spec.workDir }),
    Env: environment(spec),
    Labels: {
      ...runLabels({ host: setting.host, run: spec.run }),
      [label.job]: spec.job,
      [label.operation]: spec.operation,
      // Restart policies will count this up; a label cannot be changed later.
      [label.attempt]: '1',
    },
    Tty: false,
    OpenStdin: false,
    StopTimeout: STOP_SECONDS,
    // A health check of the image would run beside the job for nobody.
    Healthcheck: { Test: ['NONE'] },
    HostConfig: hostConfig(spec, setting),
    NetworkingConfig: { EndpointsConfig: { [setting.network]: { Aliases: [...spec.aliases] } } },
  };
}

/**
 * The network of one run. Internal: nothing is forwarded out of it or into it. Without an IPv4
 * address on the bridge, and with IPv6 off, this computer cannot be reached through it either.
 * Internet access through a filter will need another kind of network beside this one.
 */
export function networkOptions(owner: Owner): NetworkOptions {
  return {
    Name: networkName(owner),
    Driver: 'bridge',
    Internal: true,
    Attachable: false,
    EnableIPv6: false,
    CheckDuplicate: true,
    Options: { 'com.docker.network.bridge.inhibit_ipv4': 'true' },
    Labels: runLabels(owner),
  };
}

const STOP_SECONDS = 10;
/** Open files: enough for servers, and never above what the engine itself may usually open. */
const OPEN_FILES = 16_384;
/** Against the 1024 of everything else, the owner's programs get eight times the processor time. */
const CPU_SHARES = 128;
/** Of 1000: when memory runs out, the kernel ends the job and not a program of the owner. */
const OOM_SCORE = 800;
/**
 * Docker before 25.0.5 answers names for closed networks through a resolver of this computer
 * (CVE-2024-29018), a way out for data. A name server that nobody has (RFC 5737) closes it; names
 * of the run's own containers are answered by the engine as before.
 */
const NO_NAME_SERVER = '203.0.113.53';

function hostConfig(spec: ContainerSpec, setting: Setting): HostConfig {
  const { limits } = setting;
  const owner = { host: setting.host, run: spec.run };
  return {
    NetworkMode: setting.network,
    Dns: [NO_NAME_SERVER],
    // Otherwise the search domains of the home network are copied into the container.
    DnsSearch: ['.'],
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
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
    Ulimits: [
      { Name: 'nofile', Soft: OPEN_FILES, Hard: OPEN_FILES },
      // A crash dump could fill the disk of the owner.
      { Name: 'core', Soft: 0, Hard: 0 },
    ],
    LogConfig: { Type: 'json-file', Config: { 'max-size': '32m', 'max-file': '3' } },
    Mounts: spec.volumes.map((volume) => ({
      Type: 'volume',
      Source: volumeName(owner, volume.name),
      Target: volume.dest,
    })),
    ...(spec.cards.length > 0
      ? {
          DeviceRequests: [
            { Driver: 'nvidia', DeviceIDs: [...spec.cards], Capabilities: [['gpu']] },
          ],
        }
      : {}),
  };
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
