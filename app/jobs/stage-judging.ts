import { parseDefinition } from './definition/parse.ts';
import { deliveryObjection, receiveWay } from './logistics/receiving.ts';
import { judge } from './passport.ts';
import type { RunContext } from './run-context.ts';
import type { RunIn } from './run.ts';

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
  context.record({ type: 'accepted', passport, groups, hostAddress, cards, title, image });
}
