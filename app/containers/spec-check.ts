import type { ContainerSpec } from '../jobs/ports.ts';

/**
 * The reasons, in plain words, why a spec cannot become a container; empty when it can. The jobs
 * room judges definitions before; this keeps out what would reach the engine in a harmful form.
 */
export function specFaults(spec: ContainerSpec): readonly string[] {
  const destinations = spec.volumes.map((volume) => normalised(volume.dest));
  return [
    isImageReference(spec.image) ? null : `"${spec.image}" is not the name of an image`,
    allTexts(spec).some((text) => text.includes('\0')) ? 'a text holds a zero byte' : null,
    Object.keys(spec.env).some((name) => name === '' || name.includes('='))
      ? 'a variable has no usable name'
      : null,
    spec.workDir === null || spec.workDir.startsWith('/') ? null : 'the working folder is relative',
    destinations.every(isMountable) ? null : 'a volume is mounted where none may be',
    new Set(destinations).size === destinations.length ? null : 'two volumes share one place',
    spec.aliases.every((alias) => HOST_NAME.test(alias)) ? null : 'an alias is not a host name',
  ].filter((fault) => fault !== null);
}

/**
 * True for names that may be put into a request to the engine (grammar: distribution/reference).
 */
export function isImageReference(text: string): boolean {
  return text.length <= 512 && IMAGE.test(text);
}

const IMAGE =
  /^[A-Za-z0-9]+([._-]+[A-Za-z0-9]+)*(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:\w[\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/;
const HOST_NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
/** Places that the kernel or the engine fills. */
const RESERVED = ['/proc', '/sys', '/dev', '/run/docker.sock', '/var/run/docker.sock'];

function isMountable(path: string): boolean {
  const isInside = path.startsWith('/') && path !== '/' && !path.split('/').includes('..');
  return isInside && !RESERVED.some((reserved) => `${path}/`.startsWith(`${reserved}/`));
}

function normalised(path: string): string {
  const short = path.replaceAll(/\/(\.?\/)+/g, '/').replace(/\/\.?$/, '');
  return short === '' && path !== '' ? '/' : short;
}

function allTexts(spec: ContainerSpec): readonly string[] {
  return [
    ...(spec.command ?? []),
    ...(spec.entrypoint ?? []),
    ...Object.entries(spec.env).flat(),
    ...spec.volumes.flatMap((volume) => [volume.name, volume.dest]),
    spec.workDir ?? '',
    spec.operation,
    spec.job,
    spec.run,
  ];
}
