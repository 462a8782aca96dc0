import type { EngineFacts } from '../adapters/docker/facts.ts';
import { OffpeakError } from '../contract/errors.ts';

/**
 * Why this engine must not run jobs, or null when it may: isolation that it would only pretend to
 * give is not given.
 */
export function unsuitable(facts: EngineFacts): OffpeakError | null {
  if (!facts.linuxContainers) {
    return refuse(
      'Docker runs Windows containers at the moment.',
      'Right-click Docker in the tray and choose "Switch to Linux containers".',
    );
  }
  if (!isAtLeast(facts.apiVersion, OLDEST_API)) {
    return refuse(
      `${facts.name} ${facts.version} is too old.`,
      facts.isPodman
        ? 'Update Podman to version 4.3 or newer.'
        : 'Update Docker to version 20.10 or newer.',
    );
  }
  if (!facts.seccomp) {
    return refuse(
      `${facts.name} runs containers without the seccomp filter of the kernel.`,
      'Remove "seccomp-profile": "unconfined" from the settings of Docker and restart it.',
    );
  }
  if (!facts.enforcesLimits) {
    return refuse(
      `${facts.name} cannot limit what a job uses on this computer.`,
      facts.isPodman
        ? 'Use Podman as a system service ("sudo systemctl enable --now podman.socket"), or a system with cgroup v2 that gives your account the controllers cpu, memory and pids.'
        : 'Use Docker as a system service, or give rootless Docker its cgroups (https://docs.docker.com/engine/security/rootless).',
    );
  }
  return null;
}

/**
 * Why this engine cannot keep jobs from everything outside, or null when it can. Podman's internal
 * networks leave this computer in reach, and know no option that would not.
 */
export function cannotClose(facts: EngineFacts): OffpeakError | null {
  if (!facts.isPodman) return null;
  return refuse(
    'Podman cannot close the network of jobs altogether.',
    'In Settings, let jobs reach the Internet through the filter, or use Docker.',
  );
}

/** The API of Docker 20.10: the first with private cgroup namespaces. */
const OLDEST_API = '1.41';

function isAtLeast(version: string, oldest: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldMajor = 0, oldMinor = 0] = oldest.split('.').map(Number);
  return major > oldMajor || (major === oldMajor && minor >= oldMinor);
}

function refuse(message: string, remedy: string): OffpeakError {
  return new OffpeakError('containers.engine-unsuitable', { message, remedy });
}
