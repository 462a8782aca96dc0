import type { Card } from '../../app/contract/gpu.ts';
import { t } from '../locales/text.ts';
import { shortCardName } from './headline.ts';

/** What a card is called among those of this computer; null: none, the processor. */
export function cardNameOf(
  cards: readonly Pick<Card, 'uuid' | 'name' | 'index'>[],
  uuid: string | null,
): string {
  if (uuid === null) return t('identity.processor');
  const card = cards.find((one) => one.uuid === uuid);
  if (!card) return t('identity.card-gone');
  return numbered(cards, card, shortCardName(card.name));
}

/** Its whole name; with its number where several are called the same. */
export function wholeCardName(
  cards: readonly Pick<Card, 'name'>[],
  card: Pick<Card, 'name' | 'index'>,
): string {
  return numbered(cards, card, card.name);
}

function numbered(
  cards: readonly Pick<Card, 'name'>[],
  card: Pick<Card, 'name' | 'index'>,
  name: string,
): string {
  const same = cards.filter((one) => one.name === card.name);
  return same.length > 1 ? t('identity.card-number', { card: name, number: card.index }) : name;
}
