import type { Plan, PlannedGroup, PlannedOperation } from './plan.ts';

/**
 * How far one operation is; one that is not in the map waits.
 * started: its container was asked for; ready: dependents may start (it stays ready after it ends);
 * ended: nothing more will happen, whether it ran, failed, or was skipped.
 */
export interface OperationProgress {
  readonly started: boolean;
  readonly ready: boolean;
  readonly ended: boolean;
}

/** What a runner has to do now, as operation ids in the order of the plan. */
export interface Steps {
  readonly start: readonly string[];
  /** Running, but a dependency ended and the operation asked to be stopped then. */
  readonly stop: readonly string[];
  /** Can never start: a dependency ended without having been ready. Note it as ended. */
  readonly skip: readonly string[];
  /** Every operation of every group has ended. */
  readonly done: boolean;
}

/**
 * What to do next. Groups run one after the other; inside one, an operation starts when all its
 * dependencies are ready (the network's own host starts it when the first is). Pure.
 */
export function nextSteps(plan: Plan, progress: ReadonlyMap<string, OperationProgress>): Steps {
  const group = plan.groups.find(({ operations }) =>
    operations.some(({ id }) => progress.get(id)?.ended !== true),
  );
  if (group === undefined) return { start: [], stop: [], skip: [], done: true };
  return { ...stepsOf(group, progress), done: false };
}

function stepsOf(
  group: PlannedGroup,
  progress: ReadonlyMap<string, OperationProgress>,
): Omit<Steps, 'done'> {
  const start: string[] = [];
  const stop: string[] = [];
  const skip: string[] = [];
  for (const operation of group.operations) {
    const { id, stopIfDependentStops } = operation;
    const own = progress.get(id);
    if (own?.ended === true) continue;
    const dependencies = progressOf(operation, progress);
    const someEnded = dependencies.some((dependency) => dependency?.ended === true);
    if (own?.started === true) {
      if (stopIfDependentStops && someEnded) stop.push(id);
      continue;
    }
    const hopeless = dependencies.some((one) => one?.ended === true && !one.ready);
    // To start what must be stopped at once would only cost time.
    if (hopeless || (stopIfDependentStops && someEnded)) skip.push(id);
    else if (dependencies.every((dependency) => dependency?.ready === true)) start.push(id);
  }
  return { start, stop, skip };
}

function progressOf(
  { dependsOn }: PlannedOperation,
  progress: ReadonlyMap<string, OperationProgress>,
): (OperationProgress | undefined)[] {
  return dependsOn.map((id) => progress.get(id));
}
