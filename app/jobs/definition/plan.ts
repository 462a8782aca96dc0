import type { DefinitionError } from './paths.ts';
import type { JobDefinition } from './schema.ts';

/** One operation in its place. `index` is its position in `ops`, `dependsOn` are ids. */
export interface PlannedOperation {
  readonly id: string;
  readonly index: number;
  readonly dependsOn: readonly string[];
  readonly stopIfDependentStops: boolean;
}

/** Operations that run side by side, held back only by their dependencies. */
export interface PlannedGroup {
  readonly name: string;
  readonly operations: readonly PlannedOperation[];
}

/** The groups, to be run one after the other. */
export interface Plan {
  readonly groups: readonly PlannedGroup[];
}

export type Planning =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly errors: readonly DefinitionError[] };

/**
 * Sorts the operations into groups by first appearance; an operation without a group is alone in
 * one named after it (docs.nosana.com, "Execution"). Dependencies must stay within their group and
 * must not go in circles. Pure.
 */
export function planDefinition(definition: Pick<JobDefinition, 'ops'>): Planning {
  const operations = definition.ops.map(place);
  const errors = [...repeatedIds(operations), ...badDependencies(operations)];
  const groups = groupUp(operations);
  // A circle can only be told among dependencies that exist.
  if (errors.length === 0) errors.push(...groups.flatMap(findCircle));
  return errors.length > 0 ? { ok: false, errors } : { ok: true, plan: { groups } };
}

type Placed = PlannedOperation & { readonly group: string };

function place({ id, execution }: JobDefinition['ops'][number], index: number): Placed {
  return {
    id,
    index,
    group: execution?.group ?? id,
    dependsOn: execution?.depends_on ?? [],
    stopIfDependentStops: execution?.stop_if_dependent_stops ?? false,
  };
}

function repeatedIds(operations: readonly Placed[]): DefinitionError[] {
  const first = new Map<string, number>();
  const errors: DefinitionError[] = [];
  for (const { id, index } of operations) {
    const earlier = first.get(id);
    if (earlier === undefined) first.set(id, index);
    else errors.push({ path: `ops[${index}].id`, message: `is the same as ops[${earlier}].id` });
  }
  return errors;
}

function badDependencies(operations: readonly Placed[]): DefinitionError[] {
  const groupOf = new Map(operations.map(({ id, group }) => [id, group]));
  return operations.flatMap((operation) =>
    operation.dependsOn.flatMap((id, position) => {
      const message = whyBadDependency(operation, id, groupOf);
      return message === null ? [] : [{ path: dependencyPath(operation, position), message }];
    }),
  );
}

function whyBadDependency(
  operation: Placed,
  id: string,
  groupOf: ReadonlyMap<string, string>,
): string | null {
  if (id === operation.id) return 'makes the operation wait for itself';
  const group = groupOf.get(id);
  if (group === undefined) return 'names no operation of this job';
  if (group === operation.group) return null;
  return `names an operation of another group (${quote(group)}, not ${quote(operation.group)})`;
}

function groupUp(operations: readonly Placed[]): PlannedGroup[] {
  const groups = Map.groupBy(operations, ({ group }) => group);
  return [...groups].map(([name, members]) => ({
    name,
    operations: members.map(({ id, index, dependsOn, stopIfDependentStops }) => ({
      id,
      index,
      dependsOn: [...new Set(dependsOn)],
      stopIfDependentStops,
    })),
  }));
}

/** One circle of the group, if any: what can start is taken away until nothing more can. */
function findCircle({ operations }: PlannedGroup): DefinitionError[] {
  let stuck = operations;
  for (;;) {
    const stuckIds = new Set(stuck.map(({ id }) => id));
    const next = stuck.filter(({ dependsOn }) => dependsOn.some((id) => stuckIds.has(id)));
    if (next.length === stuck.length) break;
    stuck = next;
  }
  const byId = new Map(stuck.map((operation) => [operation.id, operation]));
  const walked = new Map<string, number>();
  let at = stuck[0];
  while (at !== undefined) {
    const from = walked.get(at.id);
    if (from !== undefined) return [circleError(at, [...walked.keys()].slice(from), byId)];
    walked.set(at.id, walked.size);
    at = at.dependsOn.map((id) => byId.get(id)).find((operation) => operation !== undefined);
  }
  return [];
}

function circleError(
  operation: PlannedOperation,
  ids: readonly string[],
  stuck: ReadonlyMap<string, PlannedOperation>,
): DefinitionError {
  const position = operation.dependsOn.findIndex((id) => stuck.has(id));
  const circle = [...ids, operation.id].join(' → ');
  return {
    path: dependencyPath(operation, position),
    message: `goes in a circle, so that nothing can start: ${circle}`,
  };
}

function dependencyPath({ index }: PlannedOperation, position: number): string {
  return `ops[${index}].execution.depends_on[${position}]`;
}

function quote(name: string): string {
  return JSON.stringify(name);
}
