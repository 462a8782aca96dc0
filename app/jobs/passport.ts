import type { Passport } from '../contract/job.ts';
import type { Plan } from './definition/plan.ts';
import type { JobDefinition } from './definition/schema.ts';
import { prepareOperation, type Prepared } from './operation-spec.ts';
import type { Offer } from './ports.ts';
import type { PlannedGroup } from './run-parts.ts';
import { titleOf } from './title.ts';

/** A card that a job may use. */
export interface LentCard {
  readonly uuid: string;
  readonly name: string;
  /** Null where the card does not say. */
  readonly memoryBytes: number | null;
}

/** What the owner and this computer allow. */
export interface Policy {
  /** The cards that are lent to jobs now. */
  readonly cards: readonly LentCard[];
  /** Address of this host, for `%%global.host%%`; null while unknown. */
  readonly hostAddress: string | null;
}

/** Everything that judging reads. */
export interface Case {
  readonly definition: JobDefinition;
  readonly plan: Plan;
  readonly offer: Offer;
  readonly policy: Policy;
  /** The isolation that the engine enforces, by whether a job gets the card. */
  readonly isolation: (gpu: boolean) => readonly string[];
}

/** A job as judged: its passport and plan, with every image filled in. */
export interface Judgement {
  readonly passport: Passport;
  readonly groups: PlannedGroup[];
  readonly title: string;
  readonly image: string | null;
}

/**
 * Judges a job before anything of it runs. What Offpeak cannot do properly is refused by name,
 * never run half: `refusals` is empty exactly when the job is accepted. Pure.
 */
export function judge({ definition, plan, offer, policy, isolation }: Case): Judgement {
  const cards = policy.cards.map(({ uuid }) => uuid);
  const facts = { offer, hostAddress: policy.hostAddress, cards };
  const prepared = definition.ops.map((_, index) => prepareOperation(definition, index, facts));
  const containers = prepared.flatMap((one) => (one.ok && one.kind === 'container' ? [one] : []));
  const images = [...new Set(containers.map(({ spec }) => spec.image))];
  const gpu = containers.some(({ args }) => args.gpu);
  const passport: Passport = {
    images,
    gpu,
    ports: containers.flatMap(({ args }) => args.ports.map(({ port }) => port)),
    operations: definition.ops.length,
    maxDurationSeconds: offer.timeoutSeconds,
    pricePerSecond: String(offer.pricePerSecond),
    poster: offer.poster,
    market: offer.market,
    isolation: [...isolation(gpu)],
    refusals: [
      ...jobRefusals(definition, gpu && policy.cards.length === 0),
      ...prepared.flatMap((one, index) => operationRefusals(definition, index, one)),
    ],
  };
  const [first] = containers;
  return {
    passport,
    groups: plannedGroups(plan, prepared),
    title: titleOf(definition, first?.spec ?? null),
    image: first?.spec.image ?? null,
  };
}

function jobRefusals({ logistics }: JobDefinition, lacksCard: boolean): string[] {
  const refusals: string[] = [];
  if (logistics !== undefined) {
    refusals.push('The job wants to get or send its data by another way than IPFS ("logistics").');
  }
  if (lacksCard) refusals.push('The job needs a graphics card, and none is lent to jobs now.');
  return refusals;
}

function operationRefusals(definition: JobDefinition, index: number, one: Prepared): string[] {
  const operation = definition.ops[index];
  const name = `Operation "${operation?.id ?? index}"`;
  if (!one.ok) return one.problems.map((problem) => `${name} cannot be prepared: ${problem}.`);
  const unsupported: string[] = [];
  if (Object.keys(operation?.results ?? {}).length > 0) {
    unsupported.push('reads results out of its log by patterns ("results")');
  }
  return unsupported.map((what) => `${name} ${what}, which Offpeak does not do yet.`);
}

function plannedGroups(plan: Plan, prepared: readonly Prepared[]): PlannedGroup[] {
  return plan.groups.map(({ name, operations }) => ({
    name,
    operations: operations.map((operation) => ({
      ...operation,
      dependsOn: [...operation.dependsOn],
      image: imageOf(prepared[operation.index]),
    })),
  }));
}

function imageOf(one: Prepared | undefined): string | null {
  return one?.ok === true && one.kind === 'container' ? one.spec.image : null;
}
