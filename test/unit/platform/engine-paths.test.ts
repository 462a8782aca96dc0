import { describe, expect, it } from 'vitest';
import {
  addressOf,
  chosenPath,
  type EnginePath,
  enginePaths,
} from '../../../app/platform/engine-paths.ts';
import type { Machine } from '../../../app/platform/machine.ts';

const LINUX: Machine = {
  os: 'linux',
  arch: 'x64',
  libc: 'glibc',
  homeFolder: '/home/ada',
  userId: 1000,
};

function sockets(places: readonly EnginePath[]): string[] {
  return places.flatMap((place) => (place.kind === 'socket' ? [place.path] : []));
}

describe('where a container engine is looked for', () => {
  it('on Linux: Docker, rootless Docker, Docker Desktop, Podman, rootless Podman', () => {
    expect(sockets(enginePaths({}, LINUX))).toEqual([
      '/var/run/docker.sock',
      '/run/docker.sock',
      '/run/user/1000/docker.sock',
      '/home/ada/.docker/run/docker.sock',
      '/home/ada/.docker/desktop/docker.sock',
      '/run/podman/podman.sock',
      '/run/user/1000/podman/podman.sock',
    ]);
  });

  it('on Linux: rootless sockets lie where XDG_RUNTIME_DIR says', () => {
    const found = sockets(enginePaths({ XDG_RUNTIME_DIR: '/home/ada/.run' }, LINUX));
    expect(found).toContain('/home/ada/.run/docker.sock');
    expect(found).toContain('/home/ada/.run/podman/podman.sock');
    expect(found.filter((path) => path.startsWith('/run/user'))).toEqual([]);
  });

  it('on macOS: in the home folders of the usual programs', () => {
    const mac: Machine = { ...LINUX, os: 'macos', libc: null, homeFolder: '/Users/ada' };
    const found = sockets(enginePaths({}, mac));
    expect(found[0]).toBe('/var/run/docker.sock');
    expect(found).toContain('/Users/ada/.docker/run/docker.sock');
    expect(found).toContain('/Users/ada/.colima/default/docker.sock');
  });

  it("on macOS: Podman's machine under its link and under its own name", () => {
    const mac: Machine = { ...LINUX, os: 'macos', libc: null, homeFolder: '/Users/ada' };
    const found = sockets(enginePaths({ TMPDIR: '/var/folders/1c/x/T/' }, mac));
    expect(found.slice(-2)).toEqual([
      '/Users/ada/.local/share/containers/podman/machine/podman.sock',
      '/var/folders/1c/x/T/podman/podman-machine-default-api.sock',
    ]);
  });

  it('on Windows: named pipes', () => {
    const windows: Machine = { ...LINUX, os: 'windows', libc: null, userId: null };
    const pipes = sockets(enginePaths({}, windows));
    expect(pipes[0]).toBe('\\\\.\\pipe\\docker_engine');
    expect(pipes).toContain('\\\\.\\pipe\\podman-machine-default');
  });
});

describe('DOCKER_HOST', () => {
  const first = (DOCKER_HOST: string): EnginePath | undefined =>
    enginePaths({ DOCKER_HOST }, LINUX)[0];

  it('is the only place then: no job runs on an engine that the owner did not choose', () => {
    const chosen = { kind: 'socket', path: '/srv/docker.sock', origin: 'DOCKER_HOST' };
    expect(enginePaths({ DOCKER_HOST: 'unix:///srv/docker.sock' }, LINUX)).toEqual([chosen]);
  });

  it.each([
    ['/srv/docker.sock', { kind: 'socket', path: '/srv/docker.sock' }],
    ['npipe:////./pipe/docker_engine', { kind: 'socket', path: '\\\\.\\pipe\\docker_engine' }],
    ['tcp://127.0.0.1:2376', { kind: 'tcp', host: '127.0.0.1', port: 2376 }],
    ['tcp://localhost', { kind: 'tcp', host: 'localhost', port: 2375 }],
    ['tcp://[::1]:2375', { kind: 'tcp', host: '::1', port: 2375 }],
    ['http://localhost:80', { kind: 'tcp', host: 'localhost', port: 80 }],
  ])('%s is understood', (address, place) => expect(first(address)).toMatchObject(place));

  it.each(['ssh://ada@tower', 'tcp://', 'fd://', 'nonsense'])(
    '%s is not something to connect to',
    (address) => expect(first(address)).toMatchObject({ kind: 'unsupported', address }),
  );

  it('is ignored when empty', () => {
    expect(enginePaths({ DOCKER_HOST: '' }, LINUX)).toEqual(enginePaths({}, LINUX));
  });
});

describe('the engine that the owner chose', () => {
  const all = enginePaths({}, LINUX);

  it('is the only one that is tried; without a choice the first that fits is', () => {
    expect(chosenPath(all, null)).toEqual(all);
    expect(chosenPath(all, '/run/podman/podman.sock')).toEqual([
      { kind: 'socket', path: '/run/podman/podman.sock', origin: 'Podman' },
    ]);
  });

  it('is tried also where it is not at a usual place', () => {
    expect(sockets(chosenPath(all, '/opt/engine.sock'))).toEqual(['/opt/engine.sock']);
  });

  it('is named by its socket or its address', () => {
    const [tcp] = enginePaths({ DOCKER_HOST: 'tcp://127.0.0.1:2375' }, LINUX);
    expect(tcp && addressOf(tcp)).toBe('tcp://127.0.0.1:2375');
    expect(all[0] && addressOf(all[0])).toBe('/var/run/docker.sock');
  });
});
