import { describe, expect, it } from 'vitest';
import type { CreateOptions } from '../../../app/adapters/docker/create-options.ts';
import { guarantees, isolationSentences } from '../../../app/containers/guarantees.ts';
import { guardOptions, networkOptions } from '../../../app/containers/guard-options.ts';
import {
  createOptions,
  KEPT_CAPABILITIES,
  type NetworkPlace,
  type Setting,
} from '../../../app/containers/isolation.ts';
import { STRICT_SECCOMP } from '../../../app/containers/seccomp.ts';
import type { ContainerSpec } from '../../../app/jobs/ports.ts';

const GUARDED: NetworkPlace = { kind: 'guarded', guardId: 'a'.repeat(64) };
const CLOSED: NetworkPlace = { kind: 'closed', network: 'offpeak-net-0123456789abcdef' };

const SETTING: Setting = {
  host: 'host-1',
  pod: 'open.RunAddress',
  place: GUARDED,
  limits: {
    memoryBytes: 6e9,
    nanoCpus: 3e9,
    processes: 2048,
    sharedMemoryBytes: 1e9,
    diskBytes: 5e9,
  },
  init: true,
  cardsBy: 'nvidia',
  limitsDisk: false,
  seccomp: null,
  namesProcessLimit: false,
  attempt: 1,
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
  it('take from a definition its program, environment, folder and volumes', () => {
    expect(createOptions(SPEC, SETTING)).toMatchObject({
      Image: 'registry.example/model:1',
      Cmd: ['python', 'train.py'],
      Env: ['EPOCHS=3', 'NVIDIA_VISIBLE_DEVICES=void'],
      WorkingDir: '/work',
      HostConfig: { Mounts: [{ Type: 'volume', Target: '/data' }] },
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
      CapAdd: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'SETGID', 'SETUID'],
      SecurityOpt: ['no-new-privileges'],
      IpcMode: 'private',
      CgroupnsMode: 'private',
      RestartPolicy: { Name: 'no' },
      Memory: 6e9,
      MemorySwap: 6e9,
      NanoCpus: 3e9,
      PidsLimit: 2048,
      ShmSize: 1e9,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '256m', 'max-file': '2' } },
    });
  });

  it('carry the labels by which the container is found and removed', () => {
    expect(createOptions(SPEC, SETTING).Labels).toEqual({
      'io.offpeak.host': 'host-1',
      'io.offpeak.run': 'RunAddress',
      'io.offpeak.pod': 'open.RunAddress',
      'io.offpeak.disk': '5000000000',
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

  it("bring a stricter filter of system calls where the engine's own leaves a door open", () => {
    const strict = createOptions(SPEC, { ...SETTING, seccomp: STRICT_SECCOMP });
    expect(strict.HostConfig.SecurityOpt).toEqual(['no-new-privileges', STRICT_SECCOMP]);
    for (const { sentence, isKept } of guarantees(false, 'guarded')) {
      expect({ sentence, kept: isKept(strict) }).toEqual({ sentence, kept: true });
    }
  });

  it('name the cards as the engine knows them', () => {
    const cdi = createOptions({ ...SPEC, cards: ['GPU-1'] }, { ...SETTING, cardsBy: 'cdi' });
    expect(cdi.HostConfig.DeviceRequests).toEqual([
      { Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=GPU-1'] },
    ]);
  });

  it('use the network of the guard, or a closed one with the names of the definition', () => {
    const guarded = createOptions(SPEC, SETTING);
    expect(guarded.HostConfig.NetworkMode).toBe(`container:${'a'.repeat(64)}`);
    expect(guarded).not.toHaveProperty('NetworkingConfig');
    const closed = createOptions(SPEC, { ...SETTING, place: CLOSED });
    expect(closed).toMatchObject({
      HostConfig: { NetworkMode: 'offpeak-net-0123456789abcdef' },
      NetworkingConfig: {
        EndpointsConfig: { 'offpeak-net-0123456789abcdef': { Aliases: ['trainer'] } },
      },
    });
  });

  it("mount what was fetched for reading, and what is this run's alone for writing", () => {
    const resources = [
      { volume: 'offpeak-cache-0123456789abcdef', dest: '/models', writable: false },
      { volume: 'offpeak-run-0123456789abcdef', dest: '/out', writable: true },
    ];
    expect(createOptions({ ...SPEC, volumes: [], resources }, SETTING).HostConfig.Mounts).toEqual([
      {
        Type: 'volume',
        Source: 'offpeak-cache-0123456789abcdef',
        Target: '/models',
        ReadOnly: true,
      },
      { Type: 'volume', Source: 'offpeak-run-0123456789abcdef', Target: '/out' },
    ]);
  });

  it('have a root for reading where the definition says so, and a size where the storage can', () => {
    const { HostConfig } = createOptions(
      { ...SPEC, readOnlyRoot: true },
      { ...SETTING, limitsDisk: true },
    );
    expect(HostConfig).toMatchObject({
      ReadonlyRootfs: true,
      Tmpfs: { '/tmp': '' },
      StorageOpt: { size: '5000000000' },
    });
  });

  it('hold no forbidden key and keep every promise, whatever a definition says', () => {
    const random = generator(20261123);
    for (let round = 0; round < 2000; round += 1) {
      const spec = anySpec(random);
      const place = random(2) === 0 ? GUARDED : CLOSED;
      const setting = { ...SETTING, place };
      const options = createOptions(spec, setting);
      const keys = [...Object.keys(options), ...Object.keys(options.HostConfig)];
      expect(keys.filter((key) => FORBIDDEN.includes(key))).toEqual([]);
      for (const mount of options.HostConfig.Mounts) {
        expect(Object.keys(mount)).toEqual(['Type', 'Source', 'Target']);
        // Never a path, which the engine would take for a folder of the owner.
        expect(mount.Source).toMatch(/^offpeak-[A-Za-z0-9_]*-[0-9a-f]{16}$/);
      }
      const plain = createOptions({ ...SPEC, cards: spec.cards }, setting).HostConfig;
      expect({ ...options.HostConfig, Mounts: [] }).toEqual({ ...plain, Mounts: [] });
      for (const { sentence, isKept } of guarantees(spec.cards.length > 0, place.kind)) {
        expect({ sentence, kept: isKept(options) }).toEqual({ sentence, kept: true });
      }
    }
  });
});

describe('the sentences of the passport', () => {
  it('differ only in what they say about the card', () => {
    const withCard = isolationSentences(true, 'guarded');
    const without = isolationSentences(false, 'guarded');
    expect(withCard.slice(0, -1)).toEqual(without.slice(0, -1));
    expect(withCard.at(-1)).toBe('It may compute on the cards that are lent, and sees no other.');
    expect(without.at(-1)).toBe('It cannot use the card.');
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
    ['It reaches the Internet', { NetworkMode: 'host' }],
    ['It reaches the Internet', { NetworkMode: 'offpeak-net-0123456789abcdef' }],
    ['It reaches the Internet', { ExtraHosts: ['router:192.168.1.1'] }],
    ['It has no rights over', { Privileged: true }],
    ['It has no rights over', { CapAdd: ['NET_ADMIN'] }],
    ['It has no rights over', { CapDrop: [] }],
    ['It has no rights over', { SecurityOpt: [] }],
    ['The kernel refuses', { SecurityOpt: ['no-new-privileges', 'seccomp=unconfined'] }],
    ['The kernel refuses', { MaskedPaths: [] }],
    ['It sees neither your programs', { PidMode: 'host' }],
    ['It sees neither your programs', { IpcMode: 'host' }],
    ['Each of its programs gets', { Memory: 0 }],
    ['Each of its programs gets', { MemorySwap: -1 }],
    ['Each of its programs gets', { NanoCpus: 0 }],
    ['Each of its programs gets', { CpuShares: 1024 }],
    ['Its disk, the number of its processes', { PidsLimit: -1 }],
    ['Its disk, the number of its processes', { LogConfig: { Type: 'json-file', Config: {} } }],
    ['It cannot use the card', { DeviceRequests: [{ Capabilities: [['gpu']] }] }],
  ];

  it.each(LIES)('"%s…" is not true of %o', (beginning, lie) => {
    const place = beginning === 'No way out' ? CLOSED : GUARDED;
    const honest = createOptions(SPEC, { ...SETTING, place });
    const options: CreateOptions = { ...honest, HostConfig: { ...honest.HostConfig, ...lie } };
    const broken = guarantees(false, place.kind).filter((one) => !one.isKept(options));
    expect(broken.map((one) => one.sentence)).toContainEqual(expect.stringContaining(beginning));
  });

  it('are each put to the test above', () => {
    for (const network of ['guarded', 'closed'] as const) {
      for (const sentence of isolationSentences(false, network)) {
        expect(LIES.some(([beginning]) => sentence.startsWith(beginning))).toBe(true);
      }
    }
  });
});

describe('the network of a run', () => {
  const pod = { host: 'host-1', pod: 'open.RunAddress' };

  it('where it is closed has no way in or out and no address of this computer', () => {
    expect(networkOptions(pod, 'closed')).toMatchObject({
      Driver: 'bridge',
      Internal: true,
      EnableIPv6: false,
      Attachable: false,
      Options: { 'com.docker.network.bridge.inhibit_ipv4': 'true' },
      Labels: { 'io.offpeak.host': 'host-1', 'io.offpeak.pod': 'open.RunAddress' },
    });
  });

  it('where it is open has a guard, which may filter its own network and nothing else', () => {
    const options = guardOptions({
      pod,
      index: 0,
      image: 'sha256:guard',
      aliases: ['trainer'],
      ports: [8080],
      deny: ['198.51.99.7/32'],
      namesAtGateway: true,
      namesProcessLimit: false,
    });
    expect(options).toMatchObject({
      Image: 'sha256:guard',
      Cmd: ['--dns-gateway', '--deny', '198.51.99.7/32'],
      HostConfig: {
        CapDrop: ['ALL'],
        CapAdd: ['NET_ADMIN'],
        SecurityOpt: ['no-new-privileges'],
        ReadonlyRootfs: true,
        Mounts: [],
        // Only programs of this computer reach a port of a job.
        PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
      },
    });
    expect(Object.values(options.NetworkingConfig?.EndpointsConfig ?? {})).toEqual([
      { Aliases: ['trainer'] },
    ]);
    expect(KEPT_CAPABILITIES).not.toContain('NET_ADMIN');
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
