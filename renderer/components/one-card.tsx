import type { ReactNode } from 'react';
import type { Card } from '../../app/contract/gpu.ts';
import { memoryUse, percent, watts } from '../locales/format.ts';
import { t } from '../locales/text.ts';
import { TemperatureRing } from './temperature-ring.tsx';
import { Unknown } from './unknown.tsx';

/** The computer's one card with its live numbers. */
export function OneCard(props: { card: Card }): ReactNode {
  const { card } = props;
  const facts = factsOf(card);
  return (
    <section className="panel one-card" aria-labelledby="card">
      <TemperatureRing celsius={card.temperatureC} />
      <div>
        <h2 id="card">{card.name}</h2>
        {facts !== '' && <p className="soft">{facts}</p>}
        <dl className="meters">
          <Meter name={t('card.load')} known={card.utilizationPercent !== null}>
            {percent(card.utilizationPercent)}
          </Meter>
          <Meter name={t('card.memory')} known={card.memoryBytes !== null}>
            {memoryUse(card.memoryUsedBytes, card.memoryBytes)}
          </Meter>
          <Meter name={t('card.power')} known={card.powerWatts !== null}>
            {watts(card.powerWatts)}
          </Meter>
          <Meter name={t('card.fan')} known={card.fanPercent !== null}>
            {percent(card.fanPercent)}
          </Meter>
        </dl>
      </div>
    </section>
  );
}

function Meter(props: { name: string; known: boolean; children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.known ? props.children : <Unknown why={t('card.not-told')} />}</dd>
    </div>
  );
}

function factsOf({ powerLimitWatts, pcieGen, pcieWidth }: Card): string {
  const facts: string[] = [];
  if (powerLimitWatts !== null) facts.push(t('card.limit', { watts: watts(powerLimitWatts) }));
  if (pcieGen !== null && pcieWidth !== null) {
    facts.push(t('card.link', { generation: pcieGen, width: pcieWidth }));
  }
  return facts.join(' · ');
}
