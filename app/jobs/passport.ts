import type { Passport } from '../contract/job.ts';
import { memoryRefusal } from './card-memory.ts';
import type { Plan } from './definition/plan.ts';
import type { JobDefinition } from './definition/schema.ts';
import { previewOperation, type Preview } from './operation-preview.ts';
import type { JobAddresses, Offer } from './ports.ts';
import { resourceLabel } from './resource-label.ts';
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
  /** Version of this Offpeak, for `%%global.version%%`. */
  readonly version?: string | undefined;
}

/** Everything that judging reads. */
export interface Case {
  readonly definition: JobDefinition;
  readonly plan: Plan;
  readonly offer: Offer;
  readonly policy: Policy;
  /** The isolation that the engine enforces, by whether a job gets the card. */
  readonly isolation: (gpu: boolean) => readonly string[];
  /** Where the network publishes ports; left out where it does not. */
  readonly addresses?: JobAddresses | undefined;
}

/** A job as judged: its passport and plan, with every image filled in that is known. */
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
export function judge(given: Case): Judgement {
  const { definition, plan, offer, policy, isolation, addresses } = given;
  const cards = policy.cards.map(({ uuid }) => uuid);
  const { hostAddress, version } = policy;
  const facts = { offer, hostAddress, cards, addresses, version };
  const previews = definition.ops.map((_, index) => previewOperation(definition, index, facts));
  const containers = previews.flatMap((one) => (one.ok && one.kind === 'container' ? [one] : []));
  const images = containers.flatMap(({ args }) => (args.image === null ? [] : [args.image]));
  const gpu = containers.some(({ args }) => args.gpu);
  const resources = containers.flatMap(({ args }) => args.resources.map(resourceLabel));
  const passport: Passport = {
    images: [...new Set(images)],
    gpu,
    ports: containers.flatMap(({ args }) => args.ports.map(({ port }) => port)),
    resources: [...new Set(resources)],
    late: definition.ops.filter((_, index) => isLate(previews[index])).map(({ id }) => id),
    operations: definition.ops.length,
    maxDurationSeconds: offer.timeoutSeconds,
    pricePerSecond: String(offer.pricePerSecond),
    poster: offer.poster,
    market: offer.market,
    isolation: [...isolation(gpu)],
    refusals: [
      ...cardRefusals(given, previews),
      ...previews.flatMap((one, index) => operationRefusals(definition, index, one)),
    ],
  };
  const [first] = containers;
  return {
    passport,
    groups: plannedGroups(plan, previews),
    title: titleOf(definition, first?.args ?? null),
    image: first?.args.image ?? null,
  };
}

function isLate(one: Preview | undefined): boolean {
  return one?.ok === true && one.kind === 'container' && one.late.length > 0;
}

function cardRefusals({ definition, policy }: Case, previews: readonly Preview[]): string[] {
  const withCard = definition.ops.filter((_, index) => {
    const one = previews[index];
    return one?.ok === true && one.kind === 'container' && one.args.gpu;
  });
  // Without a card the memory of one plays no part, whatever the notes of the job say.
  if (withCard.length === 0) return [];
  if (policy.cards.length === 0) {
    return ['The job needs a graphics card, and none is lent to jobs now.'];
  }
  const refusal = memoryRefusal(definition, withCard, policy.cards);
  return refusal === null ? [] : [refusal];
}

function operationRefusals(definition: JobDefinition, index: number, one: Preview): string[] {
  if (one.ok) return [];
  const name = `Operation "${definition.ops[index]?.id ?? index}"`;
  return one.problems.map((problem) => `${name} cannot be prepared: ${problem}.`);
}

function plannedGroups(plan: Plan, previews: readonly Preview[]): PlannedGroup[] {
  return plan.groups.map(({ name, operations }) => ({
    name,
    operations: operations.map((operation) => ({
      ...operation,
      dependsOn: [...operation.dependsOn],
      image: imageOf(previews[operation.index]),
    })),
  }));
}

function imageOf(one: Preview | undefined): string | null {
  return one?.ok === true && one.kind === 'container' ? one.args.image : null;
}
