import { describe, expect, it } from 'vitest';
import { Info, Version } from '../../../app/adapters/docker/answers.ts';
import { type EngineFacts, factsOf, withPodmanFacts } from '../../../app/adapters/docker/facts.ts';
import { cannotClose, unsuitable } from '../../../app/containers/suitability.ts';

// As Docker 20.10.24 on Debian answers, shortened.
const VERSION = {
  Version: '20.10.24+dfsg1',
  ApiVersion: '1.41',
  Platform: { Name: '' },
  Components: [{ Name: 'Engine' }],
};
const INFO = {
  OperatingSystem: 'Debian GNU/Linux 12 (bookworm)',
  OSType: 'linux',
  Driver: 'overlay2',
  DriverStatus: [['Backing Filesystem', 'extfs']],
  SecurityOptions: ['name=seccomp,profile=default'],
  Runtimes: { runc: {} },
  MemTotal: 25e9,
  NCPU: 2,
  MemoryLimit: true,
  PidsLimit: true,
  CpuCfsQuota: true,
};

describe('an engine', () => {
  it('as Debian ships it may run jobs', () => {
    const facts = read();
    expect(facts).toMatchObject({
      name: 'Docker',
      version: '20.10.24+dfsg1',
      storageDriver: 'overlay2',
      rootless: false,
      cardsBy: null,
    });
    expect(unsuitable(facts)).toBeNull();
  });

  it('is recognised as Docker Desktop, as rootless, as one with the containerd store', () => {
    expect(read({ OperatingSystem: 'Docker Desktop' }).name).toBe('Docker Desktop');
    expect(
      read({ SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless', 'name=cgroupns'] }),
    ).toMatchObject({ rootless: true, seccomp: true });
    expect(
      read({ DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] }).containerdStore,
    ).toBe(true);
  });

  it('can give the card when it has the NVIDIA runtime or lists cards as devices', () => {
    expect(read({ Runtimes: { runc: {}, nvidia: {} } }).cardsBy).toBe('nvidia');
    const devices = [{ Source: 'cdi', ID: 'nvidia.com/gpu=0' }];
    expect(read({ DiscoveredDevices: devices }).cardsBy).toBe('cdi');
    expect(read({}).cardsBy).toBeNull();
  });

  it('may be Podman, whose networks can be filtered but not closed altogether', () => {
    const podman = { Components: [{ Name: 'Podman Engine' }] };
    const facts = read({}, podman);
    expect(unsuitable(facts)).toBeNull();
    const old = unsuitable(read({}, { ...podman, Version: '3.4.4', ApiVersion: '1.40' }));
    expect(`${old?.message} ${old?.remedy}`).toMatch(
      /Podman 3\.4\.4 is too old.*Podman to version/,
    );
    expect(cannotClose(facts)?.remedy).toContain('filter');
    expect(cannotClose(read({}))).toBeNull();
  });

  it('may be rootless Podman with the controllers of its user, whatever it says in the words of Docker', () => {
    const podman = read({}, { Components: [{ Name: 'Podman Engine' }] });
    const look = (cgroupVersion: string, cgroupControllers: string[]): EngineFacts =>
      withPodmanFacts(podman, {
        host: { cgroupVersion, cgroupControllers, security: { rootless: true } },
      });
    const good = look('v2', ['cpu', 'memory', 'pids']);
    expect(good).toMatchObject({ rootless: true, remapsUsers: true });
    expect(unsuitable(good)).toBeNull();
    // What systemd gives to a user by itself, and what there is on cgroup v1.
    for (const bad of [look('v2', ['memory', 'pids']), look('v1', [])]) {
      expect(unsuitable(bad)?.remedy).toContain('cgroup v2');
    }
  });

  it.each<[string, object, object, string]>([
    ['Windows containers', { OSType: 'windows' }, {}, 'Switch to Linux containers'],
    ['no seccomp', { SecurityOptions: [] }, {}, 'restart it'],
    ['an open seccomp', { SecurityOptions: ['name=seccomp,profile=unconfined'] }, {}, 'restart it'],
    ['limits that it ignores', { PidsLimit: false }, {}, 'cgroups'],
    ['an old API', {}, { ApiVersion: '1.40' }, '20.10'],
  ])('with %s is refused with a remedy', (_, info, version, remedy) => {
    const error = unsuitable(read(info, version));
    expect(error?.code).toBe('containers.engine-unsuitable');
    expect(error?.remedy).toContain(remedy);
  });

  it('of a newer API is taken, however its number is written', () => {
    expect(unsuitable(read({}, { ApiVersion: '1.52' }))).toBeNull();
    expect(unsuitable(read({}, { ApiVersion: '2.0' }))).toBeNull();
  });
});

function read(info: object = {}, version: object = {}): EngineFacts {
  return factsOf(Version.parse({ ...VERSION, ...version }), Info.parse({ ...INFO, ...info }));
}
