import { createHash } from 'node:crypto';

/** The labels by which Offpeak knows its own things; nothing without them is ever touched. */
export const label = {
  host: 'io.offpeak.host',
  run: 'io.offpeak.run',
  job: 'io.offpeak.job',
  operation: 'io.offpeak.operation',
  attempt: 'io.offpeak.attempt',
} as const;

/** Whose: one installation of Offpeak, one run of it. */
export interface Owner {
  readonly host: string;
  readonly run: string;
}

/** Labels of everything that belongs to a run. */
export function runLabels(owner: Owner): Readonly<Record<string, string>> {
  return { [label.host]: owner.host, [label.run]: owner.run };
}

/** `offpeak-<first letters of the run>-<number of the operation>`: short enough for `docker ps`. */
export function containerName(run: string, index: number): string {
  return `offpeak-${short(run)}-${index}`;
}

// Names of networks and volumes are shared by the whole engine, so the owner is hashed in.

export function networkName(owner: Owner): string {
  return `offpeak-${short(owner.run)}-${hash(owner.host, owner.run)}`;
}

/** `volume` is the name that the definition gives it; it may hold any letters. */
export function volumeName(owner: Owner, volume: string): string {
  return `offpeak-${short(owner.run)}-${hash(owner.host, owner.run, volume)}`;
}

function hash(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}

function short(run: string): string {
  return run.slice(0, 8).replaceAll(/[^A-Za-z0-9]/g, '_');
}
