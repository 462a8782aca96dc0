import type { CreateOptions } from '../adapters/docker/create-options.ts';

/** A promise of the passport, and how to tell from the options that it is kept. */
export interface Guarantee {
  readonly sentence: string;
  readonly isKept: (options: CreateOptions) => boolean;
}

/** The isolation of a container in plain sentences, in the order in which people ask. */
export function isolationSentences(gpu: boolean): readonly string[] {
  return guarantees(gpu).map((guarantee) => guarantee.sentence);
}

/** What is promised of every container, with or without the card. */
export function guarantees(gpu: boolean): readonly Guarantee[] {
  return [...ALWAYS, gpu ? WITH_CARD : WITHOUT_CARD];
}

const ALWAYS: readonly Guarantee[] = [
  {
    sentence: 'It sees none of your files: it has a disk of its own, which is removed after it.',
    isKept: ({ HostConfig }) =>
      !hasKey(HostConfig, 'Binds', 'VolumesFrom', 'Devices') &&
      HostConfig.Mounts.every(
        (mount) => is(mount.Type, 'volume') && mount.Source.startsWith('offpeak-'),
      ),
  },
  {
    sentence: 'No way out: not to the Internet, not to your home network, not to this computer.',
    isKept: ({ HostConfig, NetworkingConfig }) =>
      !hasKey(HostConfig, 'PortBindings', 'PublishAllPorts', 'ExtraHosts', 'Links') &&
      !['host', 'bridge', 'default', 'none'].includes(HostConfig.NetworkMode) &&
      !HostConfig.NetworkMode.startsWith('container:') &&
      Object.keys(NetworkingConfig.EndpointsConfig).join() === HostConfig.NetworkMode,
  },
  {
    sentence: 'It has no special rights on this computer and cannot get any.',
    isKept: ({ HostConfig }) =>
      !hasKey(HostConfig, 'Privileged', 'CapAdd', 'GroupAdd', 'DeviceCgroupRules', 'Sysctls') &&
      HostConfig.CapDrop.join() === 'ALL' &&
      HostConfig.SecurityOpt.some((option) => is(option, 'no-new-privileges')),
  },
  {
    sentence: 'The kernel refuses it the calls that programs use to break out.',
    // The engine's own seccomp filter and masked paths apply unless something here replaces them.
    isKept: ({ HostConfig }) =>
      !hasKey(HostConfig, 'MaskedPaths', 'ReadonlyPaths', 'Runtime') &&
      !HostConfig.SecurityOpt.some((option) => /unconfined|seccomp|apparmor|label/.test(option)),
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
    sentence: 'The number of its processes and open files and the size of its log are limited.',
    isKept: ({ HostConfig }) =>
      HostConfig.PidsLimit > 0 &&
      HostConfig.Ulimits.some((limit) => limit.Name === 'nofile' && limit.Hard > 0) &&
      ['max-size', 'max-file'].every((name) => name in HostConfig.LogConfig.Config),
  },
];

const WITH_CARD: Guarantee = {
  sentence: 'It may compute on the card.',
  isKept: ({ HostConfig }) =>
    HostConfig.DeviceRequests?.every((request) => request.Capabilities.flat().join() === 'gpu') ===
    true,
};

const WITHOUT_CARD: Guarantee = {
  sentence: 'It cannot use the card.',
  isKept: ({ HostConfig, Env }) =>
    HostConfig.DeviceRequests === undefined && Env.at(-1) === 'NVIDIA_VISIBLE_DEVICES=void',
};

// The types allow none of these keys; options are asked again because a promise hangs on them.
function hasKey(config: object, ...keys: string[]): boolean {
  return keys.some((key) => key in config);
}

function is(value: string, wanted: string): boolean {
  return value === wanted;
}
