import type { CardReport, Problem } from '../contract/gpu.ts';
import type { Check } from '../contract/state.ts';
import type { CardsSeen } from './cards-in-containers.ts';

/** Below this the practice image, logs and the database may not fit. Bytes. */
const MIN_FREE_BYTES = 2 * 1024 ** 3;

/** Is there a container engine that answers? */
export function engineCheck(
  status:
    | { ok: true; name: string; version: string; internet: 'filtered' | 'none' }
    | { ok: false; problem: Problem },
): Check {
  return status.ok
    ? well('engine', `${status.name} ${status.version} answers. ${ways[status.internet]}`)
    : ill('engine', `${status.problem.message} Jobs run in containers.`, status.problem.remedy);
}

const ways = {
  filtered: 'Jobs reach the Internet through a filter, and nothing else.',
  none: 'Jobs reach nothing outside, not even the Internet.',
};

/** Is there a card that the driver can speak to? Without one, practice still works. */
export function cardCheck(report: CardReport): Check {
  if (report.problem) {
    return ill('card', report.problem.message, report.problem.remedy);
  }
  const names = report.cards.map((card) => card.name).join(', ');
  return well('card', `${names}, driver ${report.driver ?? 'unknown'}.`);
}

/** Do containers get the card, and no other? */
export function cardsInContainersCheck(seen: CardsSeen): Check {
  switch (seen.state) {
    case 'no-card':
      return well('card-in-containers', 'There is no card to give.');
    case 'given':
      return well('card-in-containers', given[seen.cards === 1 ? 'one' : 'more']);
    case 'not-given':
      return ill('card-in-containers', seen.problem.message, seen.problem.remedy);
    case 'not-checked':
      return well('card-in-containers', notChecked[seen.why]);
  }
}

const given = {
  one: 'A container gets the card that is lent, and sees no other.',
  more: 'A container gets the cards that are lent, and sees no other.',
};

const notChecked = {
  busy: 'Not checked yet: a job is running.',
  'no-engine': 'Not checked: no container engine answers.',
};

/** Is there room for images, logs and the database? */
export function diskCheck(freeBytes: number | null, home: string): Check {
  if (freeBytes === null) return well('disk', 'The free space is not known.');
  const free = `${(freeBytes / 1024 ** 3).toFixed(1)} GiB free`;
  return freeBytes >= MIN_FREE_BYTES
    ? well('disk', `${free} for ${home}.`)
    : ill(
        'disk',
        `Only ${free} for ${home}. Images and logs need at least 2 GiB.`,
        'Delete what you no longer need on that disk, or set OFFPEAK_HOME to a larger one.',
      );
}

/** Does the network answer, or could it here? `possible` is said while no host runs. */
export function networkCheck(network: {
  label: string;
  state: 'connected' | 'starting' | 'possible';
  problem: Problem | null;
}): Check {
  const { label, state, problem } = network;
  if (problem) return ill('network', problem.message, problem.remedy);
  const words = {
    connected: 'answers',
    starting: 'is starting',
    possible: 'can run on this computer',
  };
  return well('network', `${label} ${words[state]}.`);
}

function well(name: string, message: string): Check {
  return { name, ok: true, message, remedy: null };
}

function ill(name: string, message: string, remedy: string): Check {
  return { name, ok: false, message, remedy };
}
