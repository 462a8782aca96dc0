import type { ErrorCode } from '../contract/errors.ts';

/** The system the app runs on, as app/platform names it. */
export type Os = 'linux' | 'windows' | 'macos' | 'other';

/**
 * What to type or click on this system, or null where the table's own remedy says it. `origin`
 * names the engine, because a rootless one is started without sudo.
 */
export function remedyFor(code: ErrorCode, os: Os, origin: string): string | null {
  const ways = WAYS[code];
  if (ways === undefined) return null;
  if (os === 'linux' && origin.startsWith('rootless')) return ways.rootless ?? ways.linux ?? null;
  return ways[os] ?? null;
}

type Ways = Readonly<Partial<Record<Os | 'rootless', string>>>;

const START: Ways = {
  linux:
    'Run "sudo systemctl start docker". So that it always starts: "sudo systemctl enable docker".',
  rootless: 'Run "systemctl --user start docker".',
  windows: 'Start Docker Desktop from the Start menu.',
  macos: 'Open Docker Desktop from the Applications folder.',
};

// Sources: Docker's manual (install, post-install steps, Docker Desktop) and the NVIDIA Container
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
  },
  'containers.engine-forbidden': {
    linux: 'Run "sudo usermod -aG docker $USER", then sign out and in again.',
    windows: 'Add your account to the group "docker-users", then sign out and in again.',
  },
  'containers.gpu-missing': {
    linux:
      'Install the NVIDIA Container Toolkit, then run "sudo nvidia-ctk runtime configure --runtime=docker" and "sudo systemctl restart docker".',
    rootless:
      'Install the NVIDIA Container Toolkit, then run "nvidia-ctk runtime configure --runtime=docker --config=$HOME/.config/docker/daemon.json" and "systemctl --user restart docker".',
    windows:
      'Update the NVIDIA driver, run "wsl --update" and restart Docker Desktop with the WSL 2 engine.',
    macos: 'Nothing to do: NVIDIA cards cannot be used from containers on a Mac.',
  },
};
