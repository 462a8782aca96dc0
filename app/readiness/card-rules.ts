import type { Card } from '../contract/gpu.ts';
import type { Requirement } from '../contract/readiness.ts';
import { findCard } from './card-model.ts';
import type { Facts } from './facts.ts';
import { marketOf, publishedLimit, type PublishedThresholds } from './limits.ts';
import { practice } from './platform-rule.ts';
import { requirement } from './requirement.ts';
import { sizeWords } from './words.ts';

const ASKED = 'An NVIDIA card that the network supports';

/** What is asked of one card: that the network takes its model, and its memory. */
export function cardRules(
  card: Card,
  facts: Facts,
  published: PublishedThresholds | null,
): Requirement[] {
  return [modelRule(card, facts, published), cardMemoryRule(card, facts, published)];
}

/** Stands for all cards where none can be seen: there is none, or its driver does not answer. */
export function noCardRule({ cards, machine }: Facts): Requirement {
  const { cardsOnBus } = machine;
  const hasNone = cardsOnBus === 0 || (cards.problem?.code === 'gpu.no-card' && !cardsOnBus);
  if (hasNone) {
    return requirement({
      name: 'card',
      asked: ASKED,
      measured: 'none',
      verdict: 'unfixable',
      note: 'There is no NVIDIA card in this computer, or none that works.',
      remedy: `${practice(machine.platform)} If there is a card: ${cards.problem?.remedy ?? 'look whether it sits in its slot and has power.'}`,
    });
  }
  return requirement({
    name: 'card',
    asked: ASKED,
    verdict: 'unknown',
    note: 'Which card this is can be seen once its driver answers.',
    remedy: cards.problem?.remedy ?? 'Look again in a moment.',
  });
}

function modelRule(card: Card, facts: Facts, published: PublishedThresholds | null): Requirement {
  const common = { name: 'card', asked: ASKED, measured: card.name } as const;
  const alone = facts.cards.cards.length < 2;
  const market = marketOf(published, card);
  if (market !== null) {
    const note = `The network has a market for it: ${market.name}. ${alone ? '' : SEVERAL}`.trim();
    return requirement({ ...common, source: 'network', verdict: 'met', note });
  }
  const listing = findCard(card);
  if (listing.kind === 'listed') {
    return requirement({ ...common, verdict: 'met', note: alone ? null : SEVERAL });
  }
  const what =
    listing.kind === 'version'
      ? `The network lists the ${listing.nearest}, and does not say whether this version of it counts.`
      : 'This card is not on the list that the network publishes, which is not complete.';
  return requirement({
    ...common,
    verdict: 'unknown',
    note: `${what} Its own test has the last word.`,
    remedy: `Ask for a market and let the network test the card. ${practice(facts.machine.platform)}`,
  });
}

// docs/hosts/grid.md: "1 private key per GPU, 1 GPU per PC".
const SEVERAL =
  'Each card has a key of its own; the documentation of the network speaks of one card per computer.';

function cardMemoryRule(
  card: Card,
  { machine }: Facts,
  published: PublishedThresholds | null,
): Requirement {
  const askedValue = publishedLimit('cardMemoryBytes', published, [card]);
  const { memoryBytes } = card;
  const common = {
    name: 'card-memory',
    asked:
      askedValue === null ? 'No smallest size is published' : `${sizeWords(askedValue)} or more`,
    measured: memoryBytes === null ? null : sizeWords(memoryBytes),
    unit: 'bytes',
    askedValue,
    measuredValue: memoryBytes,
    source: askedValue === null ? 'documentation' : 'network',
  } as const;
  if (askedValue === null) return requirement({ ...common, verdict: 'met' });
  if (memoryBytes === null) {
    return requirement({
      ...common,
      verdict: 'unknown',
      note: 'The driver does not say how much memory the card has.',
      remedy: 'Run "nvidia-smi" yourself to see it; a newer driver often helps.',
    });
  }
  if (memoryBytes >= askedValue) return requirement({ ...common, verdict: 'met' });
  return requirement({
    ...common,
    verdict: 'unfixable',
    note: 'The card has less memory than its market asks for.',
    remedy: `Another market may ask for less. ${practice(machine.platform)}`,
  });
}
