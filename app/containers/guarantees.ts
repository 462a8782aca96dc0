import type { CardRequest, CreateOptions } from '../adapters/docker/create-options.ts';
import { OffpeakError } from '../contract/errors.ts';
import type { ContainerSpec } from '../jobs/ports.ts';
import { createOptions, KEPT_CAPABILITIES, type NetworkPlace, type Setting } from './isolation.ts';
import { label } from './names.ts';
import { isOwnSeccomp } from './seccomp.ts';

/** A promise of the passport, and how to tell from the options that it is kept. */
export interface Guarantee {
  readonly sentence: string;
  readonly isKept: (options: CreateOptions) => boolean;
}

/** The isolation of a container in plain sentences, in the order in which people ask. */
export function isolationSentences(gpu: boolean, network: NetworkPlace['kind']): readonly string[] {
  return guarantees(gpu, network).map((guarantee) => guarantee.sentence);
}

/**
 * The options of a container, each promise checked: a mistake of ours must not cost the owner one.
 * Throws `containers.spec-refused`, which cannot happen.
 */
export function promisedOptions(spec: ContainerSpec, setting: Setting): CreateOptions {
  const options = createOptions(spec, setting);
  for (const { sentence, isKept } of guarantees(spec.cards.length > 0, setting.place.kind)) {
    if (!isKept(options)) throw new OffpeakError('containers.spec-refused', { message: sentence });
  }
  return options;
}

/** What is promised of every container, by its network, with or without the card. */
export function guarantees(gpu: boolean, network: NetworkPlace['kind']): readonly Guarantee[] {
  return [FILES, WAYS_OUT[network], ...ALWAYS, gpu ? WITH_CARD : WITHOUT_CARD];
}

const FILES: Guarantee = {
  sentence: 'It sees none of your files: it has a disk of its own, which is removed after it.',
  isKept: ({ HostConfig }) =>
    !hasKey(HostConfig, 'Binds', 'VolumesFrom', 'Devices') &&
    HostConfig.Mounts.every(
      (mount) => is(mount.Type, 'volume') && mount.Source.startsWith('offpeak-'),
    ),
};

const GUARDED: Guarantee = {
  sentence:
    'It reaches the Internet, but not your home network, not this computer and no other job.',
  // The network belongs to a guard, whose filter the container has no right to change.
  isKept: ({ HostConfig, NetworkingConfig }) =>
    opensNoDoor(HostConfig) &&
    /^container:[0-9a-f]{64}$/.test(HostConfig.NetworkMode) &&
    NetworkingConfig === undefined,
};

const CLOSED: Guarantee = {
  sentence: 'No way out: not to the Internet, not to your home network, not to this computer.',
  isKept: ({ HostConfig, NetworkingConfig }) =>
    opensNoDoor(HostConfig) &&
    /^offpeak-net-[0-9a-f]{16}$/.test(HostConfig.NetworkMode) &&
    Object.keys(NetworkingConfig?.EndpointsConfig ?? {}).join() === HostConfig.NetworkMode,
};

const NOWHERE: Guarantee = {
  sentence: 'It has no network at all.',
  isKept: ({ HostConfig, NetworkingConfig }) =>
    opensNoDoor(HostConfig) && HostConfig.NetworkMode === 'none' && NetworkingConfig === undefined,
};

const WAYS_OUT: Readonly<Record<NetworkPlace['kind'], Guarantee>> = {
  guarded: GUARDED,
  closed: CLOSED,
  none: NOWHERE,
};

const ALWAYS: readonly Guarantee[] = [
  {
    sentence: 'It has no rights over this computer and cannot get any.',
    isKept: ({ HostConfig }) =>
      !hasKey(HostConfig, 'Privileged', 'GroupAdd', 'DeviceCgroupRules', 'Sysctls') &&
      HostConfig.CapDrop.join() === 'ALL' &&
      HostConfig.CapAdd?.join() === KEPT_CAPABILITIES.join() &&
      HostConfig.SecurityOpt.some((option) => is(option, 'no-new-privileges')),
  },
  {
    sentence: 'The kernel refuses it the calls that programs use to break out.',
    // The engine's own seccomp filter and masked paths apply unless something here replaces them;
    // the one filter of ours is stricter.
    isKept: ({ HostConfig }) =>
      !hasKey(HostConfig, 'MaskedPaths', 'ReadonlyPaths', 'Runtime') &&
      HostConfig.SecurityOpt.every(
        (option) => is(option, 'no-new-privileges') || isOwnSeccomp(option),
      ),
  },
  {
    sentence: 'It sees neither your programs nor other jobs.',
    isKept: ({ HostConfig }) =>
      !hasKey(HostConfig, 'PidMode', 'UTSMode', 'UsernsMode', 'CgroupParent') &&
      is(HostConfig.IpcMode, 'private') &&
      is(HostConfig.CgroupnsMode, 'private'),
  },
  {
    sentence:
      'Each of its programs gets at most three quarters of the memory and of the processors, and yours come first.',
    isKept: ({ HostConfig }) =>
      HostConfig.Memory > 0 &&
      HostConfig.MemorySwap === HostConfig.Memory &&
      HostConfig.NanoCpus > 0 &&
      HostConfig.CpuShares < 1024 &&
      HostConfig.OomScoreAdj > 0 &&
      HostConfig.ShmSize <= HostConfig.Memory &&
      !hasKey(HostConfig, 'OomKillDisable', 'MemorySwappiness', 'CpuRealtimeRuntime'),
  },
  {
    sentence: 'Its disk, the number of its processes and open files, and its log are limited.',
    isKept: ({ HostConfig, Labels }) =>
      Number(Labels[label.disk]) > 0 &&
      HostConfig.PidsLimit > 0 &&
      HostConfig.Ulimits.some((limit) => limit.Name === 'nofile' && limit.Hard > 0) &&
      ['max-size', 'max-file'].every((name) => name in HostConfig.LogConfig.Config),
  },
];

const WITH_CARD: Guarantee = {
  sentence: 'It may compute on the cards that are lent, and sees no other.',
  isKept: ({ HostConfig }) =>
    HostConfig.DeviceRequests?.every(
      (request) => request.DeviceIDs.length > 0 && isForCards(request),
    ) === true,
};

const WITHOUT_CARD: Guarantee = {
  sentence: 'It cannot use the card.',
  isKept: ({ HostConfig, Env }) =>
    HostConfig.DeviceRequests === undefined && Env.at(-1) === 'NVIDIA_VISIBLE_DEVICES=void',
};

function isForCards(request: CardRequest): boolean {
  if (request.Driver === 'nvidia') return request.Capabilities.flat().join() === 'gpu';
  return request.DeviceIDs.every((id) => id.startsWith('nvidia.com/gpu='));
}

function opensNoDoor(config: object): boolean {
  return !hasKey(config, 'PortBindings', 'PublishAllPorts', 'ExtraHosts', 'Links');
}

// The types allow none of these keys; options are asked again because a promise hangs on them.
function hasKey(config: object, ...keys: string[]): boolean {
  return keys.some((key) => key in config);
}

function is(value: string, wanted: string): boolean {
  return value === wanted;
}
