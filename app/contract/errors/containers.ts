import type { ErrorRow } from './row.ts';

const ASK_THE_POSTER = 'Nothing to do: the job is at fault, not this computer.';

/** Codes of the containers room. */
export const containersErrors = {
  'containers.engine-missing': {
    retry: 'owner',
    message: 'No container engine was found on this computer.',
    remedy: 'Install Docker (https://docs.docker.com/engine/install) and start it.',
  },
  'containers.engine-stopped': {
    retry: 'owner',
    message: 'The container engine is installed but not running.',
    remedy: 'Start Docker; Offpeak notices it by itself.',
  },
  'containers.engine-forbidden': {
    retry: 'owner',
    message: 'You are not allowed to use the container engine.',
    remedy: 'Add yourself to the docker group, then sign out and in again.',
  },
  'containers.engine-timed-out': {
    retry: 'auto',
    message: 'The container engine does not answer.',
    remedy: 'Wait a moment; if it lasts, restart Docker.',
  },
  'containers.engine-lost': {
    retry: 'auto',
    message: 'The container engine stopped answering.',
    remedy: 'Start Docker again; Offpeak goes on by itself as soon as it answers.',
  },
  'containers.engine-unsuitable': {
    retry: 'owner',
    message: 'This container engine cannot run jobs.',
    remedy: 'Use Docker 20.10 or newer with Linux containers.',
  },
  'containers.engine-error': {
    retry: 'auto',
    message: 'The container engine reported an error.',
    remedy: 'If it happens again, restart Docker and look at the log of Offpeak.',
  },
  'containers.image-missing': {
    retry: 'never',
    message: 'The registry does not have this image.',
    remedy: ASK_THE_POSTER,
  },
  'containers.image-private': {
    retry: 'never',
    message: 'The registry does not give this image to everyone.',
    remedy: ASK_THE_POSTER,
  },
  'containers.image-unsuitable': {
    retry: 'never',
    message: 'This image is not made for this kind of computer.',
    remedy: ASK_THE_POSTER,
  },
  'containers.registry-unreachable': {
    retry: 'auto',
    message: 'The registry of this image cannot be reached.',
    remedy: 'Check your connection; Offpeak tries again with the next job.',
  },
  'containers.registry-busy': {
    retry: 'auto',
    message: 'The registry says that this computer downloads too much at the moment.',
    remedy: 'Nothing to do: the registry lets it download again after some hours.',
  },
  'containers.pull-stalled': {
    retry: 'auto',
    message: 'The download of the image stopped moving.',
    remedy: 'Check your connection; Offpeak tries again with the next job.',
  },
  'containers.archive-damaged': {
    retry: 'owner',
    message: 'The image that comes with Offpeak cannot be loaded.',
    remedy: 'Install Offpeak again.',
  },
  'containers.disk-full': {
    retry: 'owner',
    message: 'There is no space left on the disk of the container engine.',
    remedy: 'Free some space: "docker system df" shows what takes it.',
  },
  'containers.filter-missing': {
    retry: 'owner',
    message: 'The network of jobs cannot be filtered here.',
    remedy:
      'Load the kernel module nf_tables ("sudo modprobe nf_tables"), or choose "No Internet for jobs" in Settings: jobs that need the Internet are then declined.',
  },
  'containers.image-local': {
    retry: 'never',
    message: 'This image is on this computer, but its registry does not give it to everyone.',
    remedy: 'Nothing to do: images of yours are not given to jobs.',
  },
  'containers.runtime-missing': {
    retry: 'owner',
    message: 'The container engine does not know the runtime that was asked for.',
    remedy: 'Run "sudo nvidia-ctk runtime configure --runtime=docker" and restart Docker.',
  },
  'containers.start-failed': {
    retry: 'never',
    message: 'The program of the job cannot be started.',
    remedy: ASK_THE_POSTER,
  },
  'containers.spec-refused': {
    retry: 'never',
    message: 'The job asks for something that no container gets.',
    remedy: ASK_THE_POSTER,
  },
  'containers.stopped': {
    retry: 'never',
    message: 'It was stopped before it was done.',
    remedy: 'Nothing to do.',
  },
  'containers.tunnel-ended': {
    retry: 'auto',
    message: 'The program that publishes ports through the network ended.',
    remedy: 'Nothing to do: Offpeak starts it again. The job goes on meanwhile.',
  },
  'containers.tunnel-server-unknown': {
    retry: 'auto',
    message: 'The address of the server through which the network publishes ports is not found.',
    remedy: 'Check the connection to the Internet; Offpeak tries again by itself.',
  },
  'containers.clean-up-incomplete': {
    retry: 'auto',
    message: 'Something that a job left behind could not be removed.',
    remedy: 'Nothing to do: Offpeak tries again at its next start.',
  },
} as const satisfies Record<`containers.${string}`, ErrorRow>;
