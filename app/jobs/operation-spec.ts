import { effectiveArgs, type EffectiveArgs } from './definition/effective.ts';
import { interpolate } from './definition/interpolate.ts';
import type { LiteralValues } from './definition/literals.ts';
import type { Operation } from './definition/operation.ts';
import { writtenPorts } from './definition/prospects.ts';
import type { JobDefinition } from './definition/schema.ts';
import type { ContainerSpec, JobAddresses, Offer } from './ports.ts';
import { publicAddress } from './public-address.ts';

/** What a definition is run for: the values that its literals stand for. */
export interface RunFacts {
  readonly offer: Pick<Offer, 'run' | 'job' | 'poster'>;
  /** Null where the host has no address: `%%global.host%%` then stands for nothing. */
  readonly hostAddress: string | null;
  /** Ids of the cards that operations get which ask for one. */
  readonly cards: readonly string[];
  /** Where the network publishes ports; left out where it does not. */
  readonly addresses?: JobAddresses | undefined;
  /** Version of this Offpeak, for `%%global.version%%`. */
  readonly version?: string | undefined;
}

/** What literals name of an operation that is known only once it runs or has run. */
export interface OperationValue {
  /** By port. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly deploymentEndpoint: string | null;
  readonly results: Readonly<Record<string, readonly string[]>>;
}

/** The values at the moment when an operation starts. */
export interface OperationValues {
  readonly operations: ReadonlyMap<string, OperationValue>;
  /** Why a literal has no value, by its text, where more is known than that. */
  readonly missing: ReadonlyMap<string, string>;
}

/** Before anything has run. */
export const NO_VALUES: OperationValues = { operations: new Map(), missing: new Map() };

/** An operation with everything filled in, or why that is not possible. */
export type Prepared =
  | { readonly ok: true; readonly kind: 'volume' }
  | {
      readonly ok: true;
      readonly kind: 'container';
      readonly args: EffectiveArgs;
      readonly spec: ContainerSpec;
    }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Fills in one operation of a definition; `index` is its position in `ops`. Pure. */
export function prepareOperation(
  definition: JobDefinition,
  index: number,
  facts: RunFacts,
  values = NO_VALUES,
): Prepared {
  const operation = definition.ops[index];
  if (operation === undefined) return { ok: false, problems: ['There is no such operation.'] };
  const filled = interpolate(operation, literalValues(definition, facts, values));
  if (!filled.ok) {
    const problems = filled.problems.map(({ literal, path, message }) => {
      const why = literal === null ? undefined : values.missing.get(literal);
      return `${path} ${message}${why === undefined ? '' : `: ${why}`}`;
    });
    return { ok: false, problems };
  }
  if (filled.type === 'container/create-volume') return { ok: true, kind: 'volume' };
  const args = effectiveArgs(filled.args, definition.global, facts.offer.job);
  const readOnlyRoot = definition.meta?.['read_only_root'] === 'true';
  const spec = { ...specOf(operation, index, facts, args), readOnlyRoot };
  return { ok: true, kind: 'container', args, spec };
}

function specOf(
  { id }: Operation,
  index: number,
  { offer, cards }: RunFacts,
  args: EffectiveArgs,
): Omit<ContainerSpec, 'readOnlyRoot'> {
  const { image, command, entrypoint, env, workDir, volumes, gpu, ports } = args;
  return {
    run: offer.run,
    job: offer.job,
    operation: id,
    index,
    image,
    command,
    entrypoint,
    env,
    workDir,
    volumes,
    aliases: [hostNameOf(index), ...args.aliases],
    cards: gpu ? cards : [],
    ports: ports.map(({ port }) => port),
    resources: [],
  };
}

/** Everything that literals stand for when an operation starts. Pure. */
export function literalValues(
  definition: JobDefinition,
  facts: RunFacts,
  values: OperationValues,
): LiteralValues {
  const { job, poster } = facts.offer;
  const operations = definition.ops.flatMap((operation, index) => {
    if (operation.type !== 'container/run') return [];
    const late = values.operations.get(operation.id);
    const ports = writtenPorts(operation.args.expose).ports.flatMap((port) => {
      const address = publicAddress(definition, facts, index, port);
      return address === null ? [] : [[String(port), address] as const];
    });
    const value = {
      host: hostNameOf(index),
      // The name leads to the same place: inside the run's network every resolver knows it.
      container_ip: hostNameOf(index),
      endpoint: { ...late?.endpoints, ...Object.fromEntries(ports) },
      deployment_endpoint:
        publicAddress(definition, facts, index, null) ?? late?.deploymentEndpoint ?? null,
      results: late === undefined ? null : { ...late.results },
    };
    return [[operation.id, value] as const];
  });
  return {
    operations: new Map(operations),
    global: {
      job,
      project: poster,
      host: facts.hostAddress,
      frps_address: facts.addresses?.domain ?? null,
      version: facts.version ?? null,
      variables: definition.global?.variables ?? {},
    },
  };
}

/** The name of an operation's container in the run's own network (`%%ops.<id>.host%%`). */
export function hostNameOf(index: number): string {
  return `operation-${index}`;
}
