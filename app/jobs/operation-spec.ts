import { effectiveArgs, type EffectiveArgs } from './definition/effective.ts';
import { interpolate } from './definition/interpolate.ts';
import type { LiteralValues } from './definition/literals.ts';
import type { Operation } from './definition/operation.ts';
import type { JobDefinition } from './definition/schema.ts';
import type { ContainerSpec, Offer } from './ports.ts';

/** What a definition is run for: the values that its literals stand for. */
export interface RunFacts {
  readonly offer: Pick<Offer, 'run' | 'job' | 'poster'>;
  /** Null where the host has no address: `%%global.host%%` then stands for nothing. */
  readonly hostAddress: string | null;
  /** Ids of the cards that operations get which ask for one. */
  readonly cards: readonly string[];
}

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
): Prepared {
  const operation = definition.ops[index];
  if (operation === undefined) return { ok: false, problems: ['There is no such operation.'] };
  const filled = interpolate(operation, literalValues(definition, facts));
  if (!filled.ok) {
    return { ok: false, problems: filled.problems.map((one) => `${one.path} ${one.message}`) };
  }
  if (filled.type === 'container/create-volume') return { ok: true, kind: 'volume' };
  const args = effectiveArgs(filled.args, definition.global, facts.offer.job);
  return { ok: true, kind: 'container', args, spec: specOf(operation, index, facts, args) };
}

function specOf(
  { id }: Operation,
  index: number,
  { offer, cards }: RunFacts,
  args: EffectiveArgs,
): ContainerSpec {
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
    readOnlyRoot: false,
  };
}

function literalValues({ ops, global }: JobDefinition, facts: RunFacts): LiteralValues {
  const hosts = ops.map(({ id }, index) => [id, { host: hostNameOf(index) }] as const);
  const { job, poster } = facts.offer;
  return {
    operations: new Map(hosts),
    global: {
      job,
      project: poster,
      host: facts.hostAddress,
      variables: global?.variables ?? {},
    },
  };
}

/** The name of an operation's container in the run's own network (`%%ops.<id>.host%%`). */
function hostNameOf(index: number): string {
  return `operation-${index}`;
}
