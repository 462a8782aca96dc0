import { describe, expect, it } from 'vitest';
import type { CreateOptions } from '../../../app/adapters/docker/create-options.ts';
import { guarantees, isolationSentences } from '../../../app/containers/guarantees.ts';
import { createOptions, networkOptions, type Setting } from '../../../app/containers/isolation.ts';
import type { ContainerSpec } from '../../../app/jobs/ports.ts';

const SETTING: Setting = {
  host: 'host-1',
  limits: { memoryBytes: 6e9, nanoCpus: 3e9, processes: 2048, sharedMemoryBytes: 1e9 },
  network: 'offpeak-net',
  init: true,
};

const SPEC: ContainerSpec = {
  run: 'RunAddress',
  job: 'JobAddress',
  operation: 'train',
  index: 0,
  image: 'registry.example/model:1',
  command: ['python', 'train.py'],
  entrypoint: null,
  env: { EPOCHS: '3' },
  workDir: '/work',
  volumes: [{ name: 'data', dest: '/data' }],
  aliases: ['trainer'],
  cards: [],
  ports: [],
  resources: [],
  readOnlyRoot: false,
};

/** Everything in Docker's container configuration that would open a door to the host. */
const FORBIDDEN = [
  'Binds',
  'Privileged',
  'CapAdd',
  'PidMode',
  'UTSMode',
  'UsernsMode',
  'Devices',
  'DeviceCgroupRules',
  'VolumesFrom',
  'VolumeDriver',
  'Links',
  'ExtraHosts',
  'PortBindings',
  'PublishAllPorts',
  'ExposedPorts',
  'GroupAdd',
  'Sysctls',
  'CgroupParent',
  'Runtime',
  'MaskedPaths',
  'ReadonlyPaths',
  'OomKillDisable',
  'Tmpfs',
  'StorageOpt',
  'MacAddress',
  'User',
  'BindOptions',
  'ContainerIDFile',
  'Cgroup',
  'AutoRemove',
  'Volumes',
  'StopSignal',
];

describe('the options of a container', () => {
  it('take from a definition its program, environment, folder, volumes and aliases', () => {
    expect(createOptions(SPEC, SETTING)).toMatchObject({
      Image: 'registry.example/model:1',
      Cmd: ['python', 'train.py'],
      Env: ['EPOCHS=3', 'NVIDIA_VISIBLE_DEVICES=void'],
      WorkingDir: '/work',
      HostConfig: { NetworkMode: 'offpeak-net', Mounts: [{ Type: 'volume', Target: '/data' }] },
      NetworkingConfig: { EndpointsConfig: { 'offpeak-net': { Aliases: ['trainer'] } } },
    });
  });

  it('leave program, entry point and folder to the image where the definition says nothing', () => {
    const options = createOptions(
      { ...SPEC, command: null, entrypoint: null, workDir: null },
      SETTING,
    );
    for (const key of ['Cmd', 'Entrypoint', 'WorkingDir']) expect(options).not.toHaveProperty(key);
  });

  it('drop every right and bound every resource', () => {
    expect(createOptions(SPEC, SETTING).HostConfig).toMatchObject({
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      IpcMode: 'private',
      CgroupnsMode: 'private',
      RestartPolicy: { Name: 'no' },
      Memory: 6e9,
      MemorySwap: 6e9,
      NanoCpus: 3e9,
      PidsLimit: 2048,
      ShmSize: 1e9,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '32m', 'max-file': '3' } },
    });
  });

  it('carry the labels by which the container is found and removed', () => {
    expect(createOptions(SPEC, SETTING).Labels).toEqual({
      'io.offpeak.host': 'host-1',
      'io.offpeak.run': 'RunAddress',
      'io.offpeak.job': 'JobAddress',
      'io.offpeak.operation': 'train',
      'io.offpeak.attempt': '1',
    });
  });

  it('give the card only to a job that asks for it, whatever its environment says', () => {
    const sly = { ...SPEC, env: { NVIDIA_VISIBLE_DEVICES: 'all', A: 'b' } };
    const without = createOptions(sly, SETTING);
    expect(without.HostConfig).not.toHaveProperty('DeviceRequests');
    expect(without.Env).toEqual(['A=b', 'NVIDIA_VISIBLE_DEVICES=void']);
    const withCard = createOptions({ ...sly, cards: ['GPU-1'] }, SETTING);
    expect(withCard.HostConfig.DeviceRequests).toEqual([
      { Driver: 'nvidia', DeviceIDs: ['GPU-1'], Capabilities: [['gpu']] },
    ]);
    expect(withCard.Env).toEqual(['A=b']);
  });

  it('hold no forbidden key and keep every promise, whatever a definition says', () => {
    const random = generator(20261123);
    for (let round = 0; round < 2000; round += 1) {
      const spec = anySpec(random);
      const options = createOptions(spec, SETTING);
      const keys = [...Object.keys(options), ...Object.keys(options.HostConfig)];
      expect(keys.filter((key) => FORBIDDEN.includes(key))).toEqual([]);
      expect(Object.keys(options.NetworkingConfig.EndpointsConfig)).toEqual(['offpeak-net']);
      for (const mount of options.HostConfig.Mounts) {
        expect(Object.keys(mount)).toEqual(['Type', 'Source', 'Target']);
        // Never a path, which the engine would take for a folder of the owner.
        expect(mount.Source).toMatch(/^offpeak-[A-Za-z0-9_]*-[0-9a-f]{16}$/);
      }
      const plain = createOptions({ ...SPEC, cards: spec.cards }, SETTING).HostConfig;
      expect({ ...options.HostConfig, Mounts: [] }).toEqual({ ...plain, Mounts: [] });
      for (const { sentence, isKept } of guarantees(spec.cards.length > 0)) {
        expect({ sentence, kept: isKept(options) }).toEqual({ sentence, kept: true });
      }
    }
  });
});

describe('the sentences of the passport', () => {
  it('differ only in what they say about the card', () => {
    expect(isolationSentences(true).slice(0, -1)).toEqual(isolationSentences(false).slice(0, -1));
    expect(isolationSentences(true).at(-1)).toBe('It may compute on the card.');
    expect(isolationSentences(false).at(-1)).toBe('It cannot use the card.');
  });

  /** What would have to be in the options for each sentence to be a lie. */
  const LIES: readonly (readonly [sentence: string, lie: object])[] = [
    ['It sees none of your files', { Binds: ['/:/host'] }],
    [
      'It sees none of your files',
      { Mounts: [{ Type: 'bind', Source: '/home', Target: '/home' }] },
    ],
    [
      'It sees none of your files',
      { Mounts: [{ Type: 'volume', Source: 'photos', Target: '/p' }] },
    ],
    ['No way out', { NetworkMode: 'host' }],
    ['No way out', { NetworkMode: 'container:abc' }],
    ['No way out', { PortBindings: { '80/tcp': [{}] } }],
    ['It has no special rights', { Privileged: true }],
    ['It has no special rights', { CapAdd: ['NET_ADMIN'] }],
    ['It has no special rights', { CapDrop: [] }],
    ['It has no special rights', { SecurityOpt: [] }],
    ['The kernel refuses', { SecurityOpt: ['no-new-privileges', 'seccomp=unconfined'] }],
    ['The kernel refuses', { MaskedPaths: [] }],
    ['It sees neither your programs', { PidMode: 'host' }],
    ['It sees neither your programs', { IpcMode: 'host' }],
    ['Each of its programs gets', { Memory: 0 }],
    ['Each of its programs gets', { MemorySwap: -1 }],
    ['Each of its programs gets', { NanoCpus: 0 }],
    ['Each of its programs gets', { CpuShares: 1024 }],
    ['The number of its processes', { PidsLimit: -1 }],
    ['The number of its processes', { LogConfig: { Type: 'json-file', Config: {} } }],
    ['It cannot use the card', { DeviceRequests: [{ Capabilities: [['gpu']] }] }],
  ];

  it.each(LIES)('"%s…" is not true of %o', (beginning, lie) => {
    const honest = createOptions(SPEC, SETTING);
    const options: CreateOptions = { ...honest, HostConfig: { ...honest.HostConfig, ...lie } };
    const broken = guarantees(false).filter((one) => !one.isKept(options));
    expect(broken.map((one) => one.sentence)).toContainEqual(expect.stringContaining(beginning));
  });

  it('are each put to the test above', () => {
    for (const sentence of isolationSentences(false)) {
      expect(LIES.some(([beginning]) => sentence.startsWith(beginning))).toBe(true);
    }
  });
});

describe('the network of a run', () => {
  it('has no way in or out and no address of this computer', () => {
    expect(networkOptions({ host: 'host-1', run: 'RunAddress' })).toMatchObject({
      Driver: 'bridge',
      Internal: true,
      EnableIPv6: false,
      Attachable: false,
      Options: { 'com.docker.network.bridge.inhibit_ipv4': 'true' },
      Labels: { 'io.offpeak.host': 'host-1', 'io.offpeak.run': 'RunAddress' },
    });
  });
});

/** Numbers from 0 up to a bound, the same ones each time (a linear congruential generator). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function anySpec(random: (below: number) => number): ContainerSpec {
  const text = (): string => NASTY[random(NASTY.length)] ?? '';
  const list = (): string[] => Array.from({ length: random(4) }, text);
  return {
    run: text(),
    job: text(),
    operation: text(),
    index: random(100),
    image: text(),
    command: random(3) === 0 ? null : list(),
    entrypoint: random(3) === 0 ? null : list(),
    env: Object.fromEntries(list().map((name) => [name, text()])),
    workDir: random(3) === 0 ? null : text(),
    volumes: list().map((name) => ({ name, dest: text() })),
    aliases: list(),
    cards: random(2) === 0 ? ['GPU-1'] : [],
    ports: [],
    resources: [],
    readOnlyRoot: false,
  };
}

const NASTY = [
  '',
  '/',
  '..',
  '/var/run/docker.sock',
  '/etc:/etc',
  'host',
  'container:other',
  '--privileged',
  'seccomp=unconfined',
  'HostConfig',
  '__proto__',
  'constructor',
  'NVIDIA_VISIBLE_DEVICES',
  'all',
  'name',
  'a=b',
  'ü😀',
  'x'.repeat(300),
  '\0',
  '\n',
  '"',
  '%%global.job%%',
  'offpeak-net',
  'bridge',
];
