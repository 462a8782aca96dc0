import { randomBytes } from 'node:crypto';
import { parseDefinition } from './definition/parse.ts';
import type { JobDefinition } from './definition/schema.ts';
import { deliveryObjection, receiveWay } from './logistics/receiving.ts';
import { judge } from './passport.ts';
import type { RunContext } from './run-context.ts';
import type { RunIn } from './run.ts';
import type { RunStep } from './run-event.ts';

type StepOf<T extends RunStep['type']> = Extract<RunStep, { type: T }>;

/** Judging: takes milliseconds, because the client already pays. */
export function judgeJob(context: RunContext, run: RunIn<'judging'>): void {
  const verdict = parseDefinition(run.definition);
  if (!verdict.valid) {
    const reasons = verdict.errors.map(({ path, message }) =>
      path === ''
        ? `The definition ${message}.`
        : `The definition is not valid: ${path} ${message}.`,
    );
    context.record({ type: 'refused', reasons, passport: null, title: null, image: null });
    return;
  }
  const policy = context.policy();
  const judgement = judge({
    definition: verdict.definition,
    plan: verdict.plan,
    offer: run.offer,
    policy,
    isolation: (gpu) => context.engine.isolation(gpu),
    addresses: context.addresses,
  });
  const { groups, title, image } = judgement;
  const objection = deliveryObjection(context, receiveWay(run));
  const refusals = [...(objection === null ? [] : [objection]), ...judgement.passport.refusals];
  const passport = { ...judgement.passport, refusals };
  if (passport.refusals.length > 0) {
    context.record({ type: 'refused', reasons: passport.refusals, passport, title, image });
    return;
  }
  const { hostAddress } = policy;
  const cards = passport.gpu ? policy.cards.map(({ uuid }) => uuid) : [];
  const known = { passport, groups, hostAddress, cards, title, image };
  context.record({ type: 'accepted', ...known, ...seedsFor(verdict.definition) });
}

/** Chosen once and kept in the journal, so that private ports keep their names over a restart. */
function seedsFor({ ops }: JobDefinition): Pick<StepOf<'accepted'>, 'privateSeeds'> {
  const secret = ops.filter(({ type, args }) => type === 'container/run' && args.private === true);
  if (secret.length === 0) return {};
  return {
    privateSeeds: Object.fromEntries(secret.map(({ id }) => [id, randomBytes(32).toString('hex')])),
  };
}
