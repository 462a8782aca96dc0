import { createHash } from 'node:crypto';

/** The labels by which Offpeak knows its own things; nothing without them is ever touched. */
export const label = {
  host: 'io.offpeak.host',
  run: 'io.offpeak.run',
  /** Names a network and its guards; containers carry that of the network they use. */
  pod: 'io.offpeak.pod',
  /** What a guard stands before: the number of an operation, or a tunnel. */
  guard: 'io.offpeak.guard',
  job: 'io.offpeak.job',
  operation: 'io.offpeak.operation',
  attempt: 'io.offpeak.attempt',
  /** Bytes that a container may write. */
  disk: 'io.offpeak.disk',
  /** Key of what a volume of the cache holds. */
  cache: 'io.offpeak.cache',
  /** Containers that are never started, through which files go into volumes. */
  writer: 'io.offpeak.writer',
  /** A client of the network's tunnel: the number of its operation, or `door`. */
  tunnel: 'io.offpeak.tunnel',
  /** A relay beside it. */
  relay: 'io.offpeak.relay',
  /** Of what a tunnel was started with: another one means that it has to be made anew. */
  digest: 'io.offpeak.digest',
  /** Addresses that the guard of a tunnel lets it reach. */
  reaches: 'io.offpeak.reaches',
} as const;

/** Whose: one installation of Offpeak, one run of it. */
export interface Owner {
  readonly host: string;
  readonly run: string;
}

/** A network of one run, made for it or ahead of it. */
export interface Pod {
  readonly host: string;
  readonly pod: string;
}

/** Open: guards decide what leaves it. Closed: nothing does. */
export type PodKind = 'open' | 'closed';

/** The id of a pod tells its kind, so that a container is never put into the wrong one. */
export function podId(kind: PodKind, of: string): string {
  return `${kind}.${of}`;
}

export function kindOfPod(pod: string): PodKind {
  return pod.startsWith('closed.') ? 'closed' : 'open';
}

/** Labels of everything that belongs to a run. */
export function runLabels(owner: Owner): Readonly<Record<string, string>> {
  return { [label.host]: owner.host, [label.run]: owner.run };
}

/** Labels of a network and of its guards. */
export function podLabels({ host, pod }: Pod): Readonly<Record<string, string>> {
  return { [label.host]: host, [label.pod]: pod };
}

/** `offpeak-<first letters of the run>-<number of the operation>`: short enough for `docker ps`. */
export function containerName(run: string, index: number): string {
  return `offpeak-${short(run)}-${index}`;
}

// Names of networks and volumes are shared by the whole engine, so the owner is hashed in.

export function networkName({ host, pod }: Pod): string {
  return `offpeak-net-${hash(host, pod)}`;
}

/** The guard of the operation with this number, or of a tunnel. */
export function guardName({ host, pod }: Pod, index: number | string): string {
  return `offpeak-guard-${hash(host, pod)}-${index}`;
}

/** A container of the tunnel of an operation, or of the door's. */
export function tunnelName({ host, pod }: Pod, kind: 'tunnel' | 'relay', of: string): string {
  return `offpeak-${kind}-${hash(host, pod)}-${of}`;
}

/** `volume` is the name that the definition gives it; it may hold any letters. */
export function volumeName(owner: Owner, volume: string): string {
  return `offpeak-${short(owner.run)}-${hash(owner.host, owner.run, volume)}`;
}

/** The volume of the cache that holds what `key` names. */
export function cacheVolumeName(host: string, key: string): string {
  return `offpeak-cache-${hash(host, key)}`;
}

function hash(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}

function short(run: string): string {
  return run.slice(0, 8).replaceAll(/[^A-Za-z0-9]/g, '_');
}
