import type { ErrorRow } from './row.ts';

const GENERATE = '"sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml"';

/** Codes for an engine that cannot give a container the cards it should get. */
export const cardsInContainersErrors = {
  'containers.gpu-missing': {
    retry: 'owner',
    message: 'The container engine cannot give a job the card.',
    remedy: 'Install the NVIDIA Container Toolkit and restart Docker.',
  },
  'containers.gpu-toolkit-broken': {
    retry: 'owner',
    message: 'A program of the NVIDIA Container Toolkit is missing.',
    remedy: 'Install the NVIDIA Container Toolkit again and restart Docker.',
  },
  'containers.gpu-toolkit-mode': {
    retry: 'owner',
    message: 'The NVIDIA Container Toolkit is set to a mode in which it gives no single card.',
    remedy:
      'Run "sudo nvidia-ctk config --in-place --set nvidia-container-runtime.mode=auto" and restart Docker.',
  },
  'containers.gpu-driver-changed': {
    retry: 'owner',
    message: 'The NVIDIA driver was updated, but the old one is still running.',
    remedy: 'Restart the computer.',
  },
  'containers.gpu-driver-not-loaded': {
    retry: 'owner',
    message: 'The NVIDIA driver is not running, so no container gets the card.',
    remedy: 'Run "nvidia-smi" to see why; restarting the computer often helps.',
  },
  'containers.gpu-driver-missing': {
    retry: 'owner',
    message: 'The container engine does not see the NVIDIA driver.',
    remedy: 'Install the NVIDIA driver on the system in which the engine runs, and restart it.',
  },
  'containers.gpu-driver-old': {
    retry: 'owner',
    message: 'The image of the job needs a newer NVIDIA driver.',
    remedy: 'Update the NVIDIA driver and restart the computer.',
  },
  'containers.gpu-driver-hangs': {
    retry: 'auto',
    message: 'The NVIDIA driver took too long to give a container the card.',
    remedy:
      'Offpeak tries again. If it lasts, run "sudo nvidia-smi -pm 1", which keeps the driver awake.',
  },
  'containers.gpu-cdi-stale': {
    retry: 'owner',
    message: 'The list from which the engine takes the card (CDI) is missing or out of date.',
    remedy: `Run ${GENERATE}, and again after each update of the driver.`,
  },
  'containers.gpu-unknown-card': {
    retry: 'owner',
    message: 'The container engine does not find the card that is lent.',
    remedy: 'Run "nvidia-smi -L" to see whether the card is still there; restart the computer.',
  },
  'containers.gpu-forbidden': {
    retry: 'owner',
    message: 'The container engine may not open the card for a container.',
    remedy: 'Update the NVIDIA Container Toolkit to version 1.18 or newer and restart Docker.',
  },
  'containers.gpu-failed': {
    retry: 'owner',
    message: 'The NVIDIA Container Toolkit could not give a container the card.',
    remedy: 'Update the NVIDIA driver and the NVIDIA Container Toolkit, then restart the computer.',
  },
  'containers.gpu-not-given': {
    retry: 'owner',
    message: 'A container starts, but not with the cards that it should get.',
    remedy: 'Update the NVIDIA Container Toolkit and the container engine, then restart both.',
  },
} as const satisfies Record<`containers.gpu-${string}`, ErrorRow>;
