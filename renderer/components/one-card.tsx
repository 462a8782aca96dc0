import type { ReactNode } from 'react';
import type { Card } from '../../app/contract/gpu.ts';
import { memoryUse, percent, watts } from '../locales/format.ts';
import { t } from '../locales/text.ts';
import { slowedBy, whyUnknown } from './card-notes.ts';
import { TemperatureRing } from './temperature-ring.tsx';
import { Unknown } from './unknown.tsx';

/** The computer's one card with its live numbers. */
export function OneCard(props: { card: Card }): ReactNode {
  const { card } = props;
  const facts = factsOf(card);
  const slow = slowedBy(card);
  return (
    <section className="panel one-card" aria-labelledby="card">
      <TemperatureRing celsius={card.temperatureC} />
      <div>
        <h2 id="card">{card.name}</h2>
        {facts !== '' && <p className="soft">{facts}</p>}
        {slow !== null && <p className="tone-hot slow">{slow}</p>}
        <dl className="meters">
          <Meter name={t('card.load')} card={card} value={card.utilizationPercent}>
            {percent(card.utilizationPercent)}
          </Meter>
          <Meter name={t('card.memory')} card={card} value={card.memoryBytes}>
            {memoryUse(card.memoryUsedBytes, card.memoryBytes)}
          </Meter>
          <Meter name={t('card.power')} card={card} value={card.powerWatts}>
            {watts(card.powerWatts)}
          </Meter>
          <Meter name={t('card.fan')} card={card} value={card.fanPercent}>
            {percent(card.fanPercent)}
          </Meter>
        </dl>
      </div>
    </section>
  );
}

function Meter(props: {
  name: string;
  card: Card;
  value: number | null;
  children: ReactNode;
}): ReactNode {
  const { name, card, value, children } = props;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value === null ? <Unknown why={whyUnknown(card)} /> : children}</dd>
    </div>
  );
}

function factsOf({ isAsleep, powerLimitWatts, pcieGen, pcieWidth }: Card): string {
  const facts: string[] = [];
  if (isAsleep) facts.push(t('card.asleep'));
  if (powerLimitWatts !== null) facts.push(t('card.limit', { watts: watts(powerLimitWatts) }));
  if (pcieGen !== null && pcieWidth !== null) {
    facts.push(t('card.link', { generation: pcieGen, width: pcieWidth }));
  }
  return facts.join(' · ');
}
