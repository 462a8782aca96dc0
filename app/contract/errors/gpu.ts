import type { ErrorRow } from './row.ts';

const REINSTALL = 'Install the NVIDIA driver again and restart the computer.';

/** Codes of the gpu room. */
export const gpuErrors = {
  'gpu.driver-missing': {
    retry: 'owner',
    message: 'There is no NVIDIA driver on this computer: nvidia-smi is not on the PATH.',
    remedy:
      'Install the driver for your card (https://www.nvidia.com/drivers) and restart. Without an NVIDIA card only practice works; it runs on the processor.',
  },
  'gpu.driver-not-running': {
    retry: 'owner',
    message: 'The NVIDIA driver is installed but not running.',
    remedy:
      'Restart the computer. If it happens again after a new kernel, install the driver again; with Secure Boot, enrol its signing key.',
  },
  'gpu.driver-mismatch': {
    retry: 'owner',
    message: 'The NVIDIA driver was updated, but the old one is still running.',
    remedy: 'Restart the computer, or reload the nvidia kernel module.',
  },
  'gpu.driver-hangs': {
    retry: 'auto',
    message: 'The NVIDIA driver does not answer.',
    remedy: 'Offpeak keeps trying. If it lasts a minute, restart the computer.',
  },
  'gpu.library-missing': {
    retry: 'owner',
    message: 'A part of the NVIDIA driver is missing: its management library (NVML).',
    remedy: REINSTALL,
  },
  'gpu.forbidden': {
    retry: 'owner',
    message: 'You are not allowed to use the NVIDIA card.',
    remedy:
      'On Linux, add yourself to the group that owns /dev/nvidiactl (often "video" or "render"), then sign out and in again.',
  },
  'gpu.blocked-by-system': {
    retry: 'owner',
    message: 'The operating system keeps the NVIDIA card from being used.',
    remedy:
      'In WSL, update the NVIDIA driver of Windows and run "wsl --update"; in a container or virtual machine, give it the card.',
  },
  'gpu.no-card': {
    retry: 'owner',
    message: 'The NVIDIA driver runs but finds no card.',
    remedy:
      'Check that the card sits in its slot, has power and is switched on in the firmware, and that it is not given to a virtual machine. Until then practice runs on the processor.',
  },
  'gpu.card-lost': {
    retry: 'owner',
    message: 'An NVIDIA card has stopped answering: it fell off the bus.',
    remedy:
      'Restart the computer. If it happens again, check its power cables, slot, riser and temperature.',
  },
  'gpu.card-needs-reset': {
    retry: 'owner',
    message: 'An NVIDIA card is stuck and has to be reset.',
    remedy:
      'Restart the computer, or run "sudo nvidia-smi --gpu-reset" with nothing using the card.',
  },
  'gpu.power-cable': {
    retry: 'owner',
    message: 'The power cables of an NVIDIA card are not connected properly.',
    remedy: 'Switch the computer off and check every power plug of the card.',
  },
  'gpu.driver-failed': {
    retry: 'auto',
    message: 'The NVIDIA driver reports an error.',
    remedy: 'Run "nvidia-smi" yourself to see it. Restarting the computer often helps.',
  },
  'gpu.not-asked': {
    retry: 'auto',
    message: 'Offpeak could not ask the NVIDIA driver.',
    remedy: 'Offpeak keeps trying. If it lasts, install Offpeak again.',
  },
  'gpu.unreadable': {
    retry: 'auto',
    message: 'The program nvidia-smi answers in a way that Offpeak does not understand.',
    remedy: 'Check that the nvidia-smi on your PATH is the one of the driver; update the driver.',
  },
} as const satisfies Record<`gpu.${string}`, ErrorRow>;
