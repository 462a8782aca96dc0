import type { Requirement } from '../contract/readiness.ts';
import type { Facts } from './facts.ts';
import { requirement } from './requirement.ts';

/** What Offpeak itself asks before strangers' containers may run here. */
export function containerRules(facts: Facts): Requirement[] {
  return [engineRule(facts), cardsInContainersRule(facts), isolationRule(facts)];
}

const LOOK_AGAIN = 'Look again in a moment.';

function engineRule({ engine }: Facts): Requirement {
  const common = {
    name: 'engine',
    asked: 'Docker or Podman, answering',
    source: 'offpeak',
  } as const;
  if (engine === null) {
    return requirement({
      ...common,
      verdict: 'unknown',
      note: 'Not seen yet.',
      remedy: LOOK_AGAIN,
    });
  }
  if (!engine.ok) {
    const { message, remedy } = engine.problem;
    const measured = 'none answers';
    return requirement({ ...common, measured, verdict: 'fixable', note: message, remedy });
  }
  return requirement({ ...common, measured: `${engine.name} ${engine.version}`, verdict: 'met' });
}

function cardsInContainersRule({ cardsInContainers: seen }: Facts): Requirement {
  const common = {
    name: 'card-in-containers',
    asked: 'A container gets the card, and no other',
    source: 'offpeak',
  } as const;
  switch (seen.state) {
    case 'given':
      return requirement({ ...common, measured: 'it does', verdict: 'met' });
    case 'not-given': {
      const { message, remedy } = seen.problem;
      return requirement({ ...common, measured: 'no', verdict: 'fixable', note: message, remedy });
    }
    case 'no-card':
    case 'not-checked':
      return requirement({
        ...common,
        verdict: 'unknown',
        note:
          seen.state === 'no-card'
            ? 'There is no card to give yet.'
            : 'Not tried: no engine answers, or a job has the card.',
        remedy: 'Look again when the card and the engine answer and no job runs.',
      });
  }
}

function isolationRule({ isolation }: Facts): Requirement {
  const common = {
    name: 'isolation',
    asked: 'Every way out of a container is tried, and stopped',
    source: 'offpeak',
  } as const;
  switch (isolation) {
    case 'proven':
      return requirement({ ...common, measured: 'every attempt was stopped', verdict: 'met' });
    case 'broken':
      return requirement({
        ...common,
        measured: 'something was not stopped',
        verdict: 'fixable',
        remedy: 'See the proof of the isolation for what got through, or run "offpeak prove".',
      });
    case 'not-tried':
      return requirement({
        ...common,
        verdict: 'unknown',
        note: 'Not tried with this engine yet.',
        remedy: 'Prove the isolation in Doctor, while Offpeak runs.',
      });
  }
}
