import type { ErrorCode } from '../contract/errors.ts';

/**
 * Remedies per system; `rootless` and `podman` are kinds of engines on Linux, `machine` is Podman
 * on Windows and macOS.
 */
export type Ways = Readonly<
  Partial<
    Record<'linux' | 'windows' | 'macos' | 'other' | 'rootless' | 'podman' | 'machine', string>
  >
>;

const GENERATE = 'sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml';
const RESTART_ROOTLESS = 'systemctl --user restart docker';
const INSTALL = 'Install the NVIDIA Container Toolkit (version 1.15 or newer), then run';

// Docker Desktop runs its containers in a Linux of its own, which gets its driver from Windows.
const WINDOWS =
  'Update the NVIDIA driver, run "wsl --update" and restart Docker Desktop with the WSL 2 engine.';
const MAC = 'Nothing to do: NVIDIA cards cannot be used from containers on a Mac.';

/**
 * How an owner lets containers have the card. Sources: the install guide and "Support for CDI" of
 * the NVIDIA Container Toolkit, and what its maintainers answered in the issues that
 * test/corpora/card-faults.ts names. Since toolkit 1.15 the CDI list names cards by UUID, as
 * Offpeak asks for them; since 1.18 it renews itself.
 */
export const CARD_WAYS: Readonly<Partial<Record<ErrorCode, Ways>>> = {
  'containers.gpu-missing': {
    linux: `${INSTALL} "sudo nvidia-ctk runtime configure --runtime=docker" and "sudo systemctl restart docker".`,
    rootless: `${INSTALL} "nvidia-ctk runtime configure --runtime=docker --config=$HOME/.config/docker/daemon.json" and "${RESTART_ROOTLESS}".`,
    podman: `${INSTALL} "${GENERATE}".`,
    windows: WINDOWS,
    macos: MAC,
  },
  'containers.gpu-toolkit-broken': {
    linux:
      'Install the packages nvidia-container-toolkit and libnvidia-container-tools again, then run "sudo systemctl restart docker".',
    rootless: `Install the packages nvidia-container-toolkit and libnvidia-container-tools again, then run "${RESTART_ROOTLESS}".`,
    podman: `Install the package nvidia-container-toolkit again, then run "${GENERATE}".`,
  },
  'containers.gpu-toolkit-mode': {
    linux:
      'Run "sudo nvidia-ctk config --in-place --set nvidia-container-runtime.mode=auto" and "sudo systemctl restart docker".',
  },
  'containers.gpu-driver-not-loaded': {
    linux:
      'Run "sudo modprobe nvidia". If that fails, install the driver again: after a new kernel it has to be built anew.',
    windows: WINDOWS,
  },
  'containers.gpu-driver-missing': {
    linux:
      'Install the NVIDIA driver. Docker Desktop for Linux and Docker from a snap cannot see it: use Docker Engine (https://docs.docker.com/engine/install).',
    windows: WINDOWS,
  },
  'containers.gpu-cdi-stale': {
    linux: `Run "${GENERATE}", and again after each update of the driver.`,
    rootless: `Run "${GENERATE}" and "${RESTART_ROOTLESS}", and again after each update of the driver.`,
    podman: `Run "${GENERATE}", and again after each update of the driver.`,
    windows: WINDOWS,
  },
  'containers.gpu-unknown-card': {
    podman: `Run "nvidia-smi -L" to see whether the card is still there, then "${GENERATE}".`,
    windows: WINDOWS,
  },
  'containers.gpu-forbidden': {
    linux:
      'Update the NVIDIA Container Toolkit to version 1.18 or newer, then run "sudo systemctl restart docker".',
    rootless: `Run "sudo nvidia-ctk config --in-place --set nvidia-container-cli.no-cgroups=true", then "${RESTART_ROOTLESS}".`,
  },
  'containers.gpu-not-given': {
    linux:
      'Run "sudo nvidia-ctk config --in-place --set nvidia-container-cli.no-cgroups=false", then "sudo systemctl restart docker". If that changes nothing, update the NVIDIA Container Toolkit.',
    rootless: `Update the NVIDIA Container Toolkit, then run "${RESTART_ROOTLESS}".`,
    podman: `Run "${GENERATE}". With SELinux, also run "sudo setsebool -P container_use_devices on".`,
    windows: WINDOWS,
  },
};
