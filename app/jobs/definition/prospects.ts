import type { Expose } from './expose.ts';
import { planDefinition } from './plan.ts';
import type { Reference, Target } from './references.ts';
import type { JobDefinition } from './schema.ts';

/** What is to be said of a literal of `ops` before anything has run; `never` says why. */
export type Prospect =
  | { readonly state: 'known' }
  | { readonly state: 'late' }
  | { readonly state: 'never'; readonly why: string };

type OperationReference = Extract<Reference, { readonly room: 'ops' }>;

/** Everything that a prospect depends on. */
export interface Outlook {
  readonly definition: JobDefinition;
  /** Ids of operations that are sure to have been started when this one starts. */
  readonly before: ReadonlySet<string>;
  /** Whether the network gives this port (null: the deployment) of an operation an address. */
  readonly hasAddress: (operation: number, port: number | null) => boolean;
}

const KNOWN: Prospect = { state: 'known' };
const LATE: Prospect = { state: 'late' };

/**
 * Whether a literal has a value now, will have one, or never can. A host's name is known from the
 * start, and so is an address that the network gives; everything else comes from an operation that
 * runs, and is only sure when that one runs in an earlier group or is depended on. The network says
 * the same ("Literals", docs.nosana.com), but finds out only when the operation has failed. Pure.
 */
export function prospectOf({ operation, target }: OperationReference, outlook: Outlook): Prospect {
  const meant = operation === null ? undefined : outlook.definition.ops[operation];
  if (operation === null || meant === undefined) return never('names no operation of this job');
  const name = `the operation "${meant.id}"`;
  if (meant.type === 'container/create-volume') {
    return never(`asks ${name} for something, but it only creates a volume`);
  }
  const objection = objectionTo(target, name, { ...meant.args, ...meant, ...outlook.definition });
  if (objection !== null) return never(objection);
  switch (target.what) {
    case 'host':
    case 'container-ip':
      return KNOWN;
    case 'endpoint':
      if (outlook.hasAddress(operation, target.port)) return KNOWN;
      break;
    case 'deployment-endpoint':
      if (outlook.hasAddress(operation, null)) return KNOWN;
      break;
    case 'results':
    case 'unknown':
      break;
  }
  if (outlook.before.has(meant.id)) return LATE;
  return never(`needs ${name} to have run before, and neither groups nor "depends_on" see to that`);
}

function never(why: string): Prospect {
  return { state: 'never', why };
}

interface Offered {
  readonly expose?: Expose | undefined;
  readonly results?: Readonly<Record<string, unknown>> | undefined;
  readonly deployment_id?: string | undefined;
}

/** Why an operation has nothing of the kind, whenever it is asked; null where it may have. */
function objectionTo(target: Target, name: string, offered: Offered): string | null {
  const { ports, isOpen } = writtenPorts(offered.expose);
  switch (target.what) {
    case 'host':
    case 'container-ip':
      return null;
    case 'endpoint':
      if (isOpen || ports.includes(target.port)) return null;
      return `asks for a port that ${name} does not expose`;
    case 'deployment-endpoint':
      if ((offered.deployment_id ?? '') === '')
        return 'asks for a deployment, and the job has none';
      return isOpen || ports.length > 0 ? null : `asks for a port, and ${name} exposes none`;
    case 'results':
      if (target.name === null || Object.hasOwn(offered.results ?? {}, target.name)) return null;
      return `asks for a result that ${name} does not have`;
    case 'unknown':
      return `asks ${name} for something that operations do not have`;
  }
}

/** The ports that are written down; `isOpen` where literals stand for more of them. Pure. */
export function writtenPorts(expose: Expose | undefined): {
  readonly ports: readonly number[];
  readonly isOpen: boolean;
} {
  if (expose === undefined) return { ports: [], isOpen: false };
  const entries = Array.isArray(expose) ? expose : [expose];
  const ports = entries.flatMap((entry) => {
    if (typeof entry === 'number') return [entry];
    return typeof entry === 'object' && 'port' in entry ? [entry.port] : [];
  });
  return { ports, isOpen: ports.length < entries.length };
}

/**
 * Ids of the operations that are sure to have been asked to start when this one starts: those of
 * earlier groups, and those that it depends on, also by way of others. Pure.
 */
export function startedBefore(definition: JobDefinition, index: number): ReadonlySet<string> {
  const planning = planDefinition(definition);
  const groups = planning.ok ? planning.plan.groups : [];
  const place = groups.findIndex(({ operations }) => operations.some((one) => one.index === index));
  const own = new Map((groups[place]?.operations ?? []).map((one) => [one.id, one]));
  const before = new Set<string>();
  const waiting = [...own.values()].filter((one) => one.index === index);
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    for (const id of one.dependsOn) {
      const dependency = own.get(id);
      if (dependency === undefined || before.has(id)) continue;
      before.add(id);
      waiting.push(dependency);
    }
  }
  const earlier = groups.slice(0, Math.max(0, place)).flatMap(({ operations }) => operations);
  for (const { id } of earlier) before.add(id);
  return before;
}
