import type { ErrorCode } from '../contract/errors.ts';
import { CARD_WAYS, type Ways } from './card-remedies.ts';

/** The system the app runs on, as app/platform names it. */
export type Os = 'linux' | 'windows' | 'macos' | 'other';

/**
 * What to type or click on this system, or null where the table's own remedy says it. `origin`
 * names the engine, because a rootless one is started without sudo, and Podman in other ways.
 */
export function remedyFor(code: ErrorCode, os: Os, origin: string): string | null {
  const ways = WAYS[code] ?? CARD_WAYS[code];
  if (ways === undefined) return null;
  if (origin.endsWith('Podman')) {
    const isInMachine = os === 'windows' || os === 'macos';
    return (isInMachine ? ways.machine : ways.podman) ?? null;
  }
  if (os === 'linux' && origin.startsWith('rootless')) return ways.rootless ?? ways.linux ?? null;
  return ways[os] ?? null;
}

const START: Ways = {
  linux:
    'Run "sudo systemctl start docker". So that it always starts: "sudo systemctl enable docker".',
  rootless: 'Run "systemctl --user start docker".',
  podman:
    'Run "systemctl --user enable --now podman.socket", or "sudo systemctl enable --now podman.socket" where Podman has root rights.',
  machine: 'Run "podman machine start".',
  windows: 'Start Docker Desktop from the Start menu.',
  macos: 'Open Docker Desktop from the Applications folder.',
};

// Sources: Docker's manual (install, post-install steps, Docker Desktop), Podman's, and the NVIDIA Container
// Toolkit's install guide.
const WAYS: Readonly<Partial<Record<ErrorCode, Ways>>> = {
  'containers.engine-missing': {
    linux:
      'Install Docker (https://docs.docker.com/engine/install), then run "sudo systemctl enable --now docker".',
    windows:
      'Install Docker Desktop (https://docs.docker.com/desktop/setup/install/windows-install) with the WSL 2 engine and start it.',
    macos:
      'Install Docker Desktop (https://docs.docker.com/desktop/setup/install/mac-install) and open it.',
  },
  'containers.engine-stopped': START,
  'containers.engine-lost': START,
  'containers.engine-timed-out': {
    linux: 'Wait a moment; if it lasts, run "sudo systemctl restart docker".',
    rootless: 'Wait a moment; if it lasts, run "systemctl --user restart docker".',
    podman:
      'Wait a moment; if it lasts, run "systemctl --user restart podman.socket", or "sudo systemctl restart podman.socket" where Podman has root rights.',
    machine: 'Wait a moment; if it lasts, run "podman machine stop" and "podman machine start".',
  },
  'containers.engine-forbidden': {
    linux: 'Run "sudo usermod -aG docker $USER", then sign out and in again.',
    podman:
      'Run "systemctl --user enable --now podman.socket": the other Podman is for root alone.',
    windows: 'Add your account to the group "docker-users", then sign out and in again.',
  },
};
