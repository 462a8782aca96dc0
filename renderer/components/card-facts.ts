import type { Card } from '../../app/contract/gpu.ts';
import { degrees, megahertz, memoryUse, percent, watts } from '../locales/format.ts';
import type { TextKey } from '../locales/en.ts';
import { t } from '../locales/text.ts';

interface CardFact {
  readonly name: TextKey;
  readonly value: string;
}

/** What a card tells of itself now, in the order of interest; what it does not tell is left out. */
export function cardFacts(card: Card): CardFact[] {
  const all: (CardFact | null)[] = [
    fact('card.load', card.utilizationPercent, percent),
    fact('card.power', card.powerWatts, (value) => ofLimit(card, value)),
    card.memoryBytes === null
      ? null
      : { name: 'card.memory', value: memoryUse(card.memoryUsedBytes, card.memoryBytes) },
    fact('card.fan', card.fanPercent, percent),
    fact('card.core-clock', card.coreClockMhz, megahertz),
    fact('card.memory-clock', card.memoryClockMhz, megahertz),
    fact('card.memory-heat', card.memoryTemperatureC, degrees),
    fact('card.memory-load', card.memoryUtilizationPercent, percent),
    linkFact(card),
    heldFact(card),
    fact('card.power-range', card.powerMaxWatts, (most) =>
      t('card.range', { from: watts(card.powerMinWatts), to: watts(most) }),
    ),
    fact('card.made-for', card.highestC, degrees),
    card.ecc && { name: 'card.memory-errors', value: t('card.errors', card.ecc) },
  ];
  return all.filter((one) => one !== null);
}

function fact(
  name: TextKey,
  value: number | null,
  text: (value: number) => string,
): CardFact | null {
  return value === null ? null : { name, value: text(value) };
}

function ofLimit({ powerLimitWatts }: Card, value: number): string {
  if (powerLimitWatts === null) return watts(value);
  return t('unit.part-of', { part: watts(value), whole: watts(powerLimitWatts) });
}

function linkFact({ pcieGen, pcieWidth, pcieMaxGen, pcieMaxWidth }: Card): CardFact | null {
  if (pcieGen === null || pcieWidth === null) return null;
  const now = t('card.link', { generation: pcieGen, width: pcieWidth });
  const isWhole = pcieGen === pcieMaxGen && pcieWidth === pcieMaxWidth;
  if (isWhole || pcieMaxGen === null || pcieMaxWidth === null) {
    return { name: 'card.link-name', value: now };
  }
  const most = t('card.link', { generation: pcieMaxGen, width: pcieMaxWidth });
  return { name: 'card.link-name', value: t('unit.part-of', { part: now, whole: most }) };
}

function heldFact({ slowReasons }: Card): CardFact | null {
  const [reason] = slowReasons ?? [];
  return reason === undefined ? null : { name: 'card.held-by', value: t(`card.held.${reason}`) };
}
