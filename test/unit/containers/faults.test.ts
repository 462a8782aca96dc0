import { describe, expect, it } from 'vitest';
import {
  EngineFault,
  faultFromText,
  type FaultKind,
  isEngineAway,
  toFault,
} from '../../../app/adapters/docker/faults.ts';
import { errorOf } from '../../../app/containers/problems.ts';

describe('an error of the engine is understood', () => {
  // Texts as Docker 20.10.24 gave them, and those of newer versions from their sources.
  it.each<[number, string, FaultKind]>([
    [404, 'No such container: abc', 'not-found'],
    [404, 'No such image: nope:latest', 'image-missing'],
    [
      404,
      'manifest for registry/x:1 not found: manifest unknown: manifest unknown',
      'image-missing',
    ],
    [
      404,
      "pull access denied for x, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
      'image-private',
    ],
    [
      500,
      'Head "https://r/v2/x/manifests/1": unauthorized: authentication required',
      'image-private',
    ],
    [500, 'toomanyrequests: You have reached your pull rate limit', 'registry-busy'],
    [404, 'no matching manifest for linux/amd64 in the manifest list entries', 'image-unsuitable'],
    [
      500,
      'Get "http://localhost:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
      'registry-unreachable',
    ],
    [
      500,
      'Get "https://r.example/v2/": dial tcp: lookup r.example on 10.0.0.1:53: no such host',
      'registry-unreachable',
    ],
    [500, 'write /srv/layer.tar: no space left on device', 'disk-full'],
    [500, 'could not select device driver "nvidia" with capabilities: [[gpu]]', 'gpu-missing'],
    [
      500,
      'failed to create task for container: OCI runtime create failed: nvidia-container-cli: initialization error: driver not loaded',
      'gpu-driver-not-loaded',
    ],
    [400, 'Unknown runtime specified nvidia', 'runtime-missing'],
    [400, 'unknown or invalid runtime name: nvidia', 'runtime-missing'],
    [500, 'exec: "docker-init": executable file not found in $PATH', 'init-missing'],
    [
      400,
      'failed to create shim task: OCI runtime create failed: exec: "nope": executable file not found in $PATH: unknown',
      'start-failed',
    ],
    [500, 'Cannot mkdir: /bin/busybox is not a directory', 'start-failed'],
    [403, 'error while removing network: network x has active endpoints', 'in-use'],
    [409, 'remove v: volume is in use - [abc]', 'in-use'],
    [409, 'Conflict. The container name "/x" is already in use by container "y".', 'conflict'],
    [500, 'something new', 'other'],
    // As Podman 4.3.1 gave them.
    [404, 'no such image: docker.io/x/none:1: image not known', 'image-missing'],
    [404, 'no container with name or ID "x" found: no such container', 'not-found'],
    [500, 'reading manifest 1 in r.example/x: denied: requested access', 'image-private'],
    [
      500,
      'creating container storage: the container name "x" is already in use by 0c1783. You have to remove that container to be able to reuse that name: that name is already in use',
      'conflict',
    ],
    [
      500,
      'can only kill running containers. 0c17 is in state created: container state improper',
      'conflict',
    ],
    [
      409,
      'volume v is being used by the following container(s): e44d: volume is being used',
      'in-use',
    ],
    [500, '"n" has associated containers with it. Use -f: network is being used', 'in-use'],
    [
      500,
      'container create: container-init binary not found on the host: stat /usr/libexec/podman/catatonit: no such file or directory',
      'init-missing',
    ],
    [500, 'container create: --storage-opt is not supported for vfs', 'storage-limit-missing'],
    [
      500,
      'runc: runc create failed: unable to start container process: exec: "nope": executable file not found in $PATH: OCI runtime attempted to invoke a command that was not found',
      'start-failed',
    ],
    [
      500,
      'runc: runc create failed: unable to start container process: exec: "/etc": permission denied: OCI permission denied',
      'start-failed',
    ],
    [
      500,
      'workdir "/bin/busybox" exists on container 8a60, but is not a directory',
      'start-failed',
    ],
    [500, 'unable to find user nobody: no matching entries in passwd file', 'start-failed'],
  ])('%i %s', (statusCode, text, kind) => {
    const error = Object.assign(new Error(`(HTTP code ${statusCode}) unexpected - ${text} `), {
      statusCode,
    });
    expect(toFault(error)).toMatchObject({ kind, message: text });
  });

  it.each<[string, FaultKind, boolean]>([
    ['ENOENT', 'missing', true],
    ['ECONNREFUSED', 'stopped', true],
    ['EACCES', 'forbidden', true],
    ['ECONNRESET', 'lost', true],
    ['EPIPE', 'lost', true],
    ['ETIMEDOUT', 'timed-out', true],
    ['EWEIRD', 'other', false],
  ])('a connection that ends with %s is %s', (code, kind, isAway) => {
    const fault = toFault(Object.assign(new Error('connect'), { code }));
    expect(fault.kind).toBe(kind);
    expect(isEngineAway(fault)).toBe(isAway);
  });

  it('a call that we ended ourselves is not the fault of the engine', () => {
    const fault = toFault(AbortSignal.abort().reason);
    expect(fault.kind).toBe('aborted');
    expect(isEngineAway(fault)).toBe(false);
  });

  it('whatever is thrown, and a fault stays what it is', () => {
    expect(toFault('text').kind).toBe('other');
    const fault = new EngineFault('lost', 'gone');
    expect(toFault(fault)).toBe(fault);
    expect(faultFromText('manifest unknown').kind).toBe('image-missing');
  });
});

describe('what a person reads', () => {
  it.each([
    ['linux', 'Docker', 'sudo systemctl start docker'],
    ['linux', 'rootless Docker', 'systemctl --user start docker'],
    ['windows', 'Docker', 'Start Docker Desktop from the Start menu'],
    ['macos', 'Docker Desktop', 'Open Docker Desktop'],
    ['linux', 'rootless Podman', 'systemctl --user enable --now podman.socket'],
    ['macos', 'Podman', 'podman machine start'],
    ['windows', 'rootless Podman', 'podman machine start'],
    ['other', 'Docker', 'Start Docker'],
  ] as const)('on %s with %s when the engine is stopped', (os, origin, words) => {
    const error = errorOf(new EngineFault('stopped', 'connect ECONNREFUSED'), { os, origin });
    expect(error.code).toBe('containers.engine-stopped');
    expect(error.remedy).toContain(words);
    expect(error.message).not.toContain('ECONNREFUSED');
  });

  it("without the right to use the engine names the group to join, or the Podman of one's own", () => {
    const error = errorOf(new EngineFault('forbidden', 'EACCES'), { os: 'linux' });
    expect(error.remedy).toContain('sudo usermod -aG docker $USER');
    const podman = errorOf(new EngineFault('forbidden', 'EACCES'), {
      os: 'linux',
      origin: 'Podman',
    });
    expect(podman.remedy).toContain('systemctl --user');
  });

  it('holds what the engine said where that helps, on one short line', () => {
    const fault = new EngineFault('start-failed', `exec: "no\n\tpe": not found ${'x'.repeat(999)}`);
    const { message } = errorOf(fault, { os: 'linux' });
    expect(message).toMatch(
      /^The program of the job cannot be started: exec: "no pe": not found x+…$/,
    );
    expect(message.length).toBeLessThan(320);
  });
});
