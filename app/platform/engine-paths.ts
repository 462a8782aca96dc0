import { join } from 'node:path/posix';
import { type Machine, thisMachine } from './machine.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Docker's registered port without TLS. */
const DOCKER_PORT = 2375;

/** Where a container engine may listen. `origin` says in plain words why this place is tried. */
export type EnginePath =
  | { readonly kind: 'socket'; readonly path: string; readonly origin: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly origin: string }
  | { readonly kind: 'unsupported'; readonly address: string; readonly origin: string };

/**
 * The places to look for Docker or Podman, best first. Where the owner has set DOCKER_HOST it is
 * the only one: jobs must not run on another engine than the one chosen. Otherwise the usual
 * sockets (named pipes on Windows), rootless ones included. Nothing is opened; a `socket` may be a
 * named pipe, which dockerode and Node open the same way.
 */
export function enginePaths(
  env: Env = process.env,
  machine: Machine = thisMachine(),
): readonly EnginePath[] {
  if (env.DOCKER_HOST) return [parseDockerHost(env.DOCKER_HOST)];
  return usualPlaces(env, machine).map(([origin, path]) => ({ kind: 'socket', path, origin }));
}

/** The places to try when the owner has chosen one: that one alone. Null means the first that fits. */
export function chosenPath(
  paths: readonly EnginePath[],
  chosen: string | null,
): readonly EnginePath[] {
  if (chosen === null) return paths;
  const known = paths.find((path) => addressOf(path) === chosen);
  return [known ?? { kind: 'socket', path: chosen, origin: 'the engine chosen in Settings' }];
}

/** How a place is named in settings: the path of its socket, or its URL. */
export function addressOf(path: EnginePath): string {
  switch (path.kind) {
    case 'socket':
      return path.path;
    case 'tcp':
      return `tcp://${path.host}:${path.port}`;
    case 'unsupported':
      return path.address;
  }
}

// Forms of the address: "Docker CLI: environment variables" and `docker --host` in Docker's manual.
function parseDockerHost(address: string): EnginePath {
  const origin = 'DOCKER_HOST';
  if (address.startsWith('unix://')) return { kind: 'socket', path: address.slice(7), origin };
  if (address.startsWith('npipe://')) {
    return { kind: 'socket', path: address.slice(8).replaceAll('/', '\\'), origin };
  }
  if (address.startsWith('/')) return { kind: 'socket', path: address, origin };
  // Read as tcp:// always: of http:// the URL class would drop the port 80.
  const url = URL.parse(address.replace(/^http:/, 'tcp:'));
  if (url?.protocol === 'tcp:' && url.hostname !== '') {
    const port = url.port === '' ? DOCKER_PORT : Number(url.port);
    return { kind: 'tcp', host: url.hostname.replace(/^\[|\]$/g, ''), port, origin };
  }
  // ssh:// is another computer, whose card is not ours to lend.
  return { kind: 'unsupported', address, origin };
}

function usualPlaces(env: Env, machine: Machine): [origin: string, path: string][] {
  const home = machine.homeFolder;
  switch (machine.os) {
    case 'windows':
      return [
        ['Docker', '\\\\.\\pipe\\docker_engine'],
        ['Docker Desktop', '\\\\.\\pipe\\dockerDesktopLinuxEngine'],
        ['Podman', '\\\\.\\pipe\\podman-machine-default'],
      ];
    case 'macos':
      return [
        ['Docker', '/var/run/docker.sock'],
        ['Docker Desktop', join(home, '.docker/run/docker.sock')],
        ['OrbStack', join(home, '.orbstack/run/docker.sock')],
        ['Colima', join(home, '.colima/default/docker.sock')],
        ['Rancher Desktop', join(home, '.rd/docker.sock')],
        ['Podman', join(home, '.local/share/containers/podman/machine/podman.sock')],
        // The link above may be missing; this is the socket itself since Podman 5.
        ['Podman', join(env.TMPDIR ?? '/tmp', 'podman/podman-machine-default-api.sock')],
      ];
    case 'linux':
    case 'other': {
      const runtime = env.XDG_RUNTIME_DIR ?? `/run/user/${machine.userId ?? 0}`;
      return [
        ['Docker', '/var/run/docker.sock'],
        ['Docker', '/run/docker.sock'],
        ['rootless Docker', join(runtime, 'docker.sock')],
        ['rootless Docker', join(home, '.docker/run/docker.sock')],
        ['Docker Desktop', join(home, '.docker/desktop/docker.sock')],
        ['Podman', '/run/podman/podman.sock'],
        ['rootless Podman', join(runtime, 'podman/podman.sock')],
      ];
    }
  }
}
