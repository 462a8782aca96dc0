import type { ReactNode } from 'react';
import type { Card } from '../../app/contract/gpu.ts';
import { memoryUse, percent, watts } from '../locales/format.ts';
import { plural, t } from '../locales/text.ts';
import { slowedBy, whyUnknown } from './card-notes.ts';
import { shortCardName } from './headline.ts';
import { Panel } from './panel.tsx';
import { TemperatureRing } from './temperature-ring.tsx';
import { Unknown } from './unknown.tsx';

/** Several cards, one row each, so that their numbers can be compared. */
export function CardTable(props: { cards: readonly Card[] }): ReactNode {
  return (
    <Panel title={plural('card.title', props.cards.length)}>
      <table className="rows cards">
        <thead>
          <tr>
            <th scope="col">{t('card.name')}</th>
            <th scope="col">{t('card.heat')}</th>
            <th scope="col">{t('card.load')}</th>
            <th scope="col">{t('card.memory')}</th>
            <th scope="col">{t('card.power')}</th>
            <th scope="col">{t('card.fan')}</th>
          </tr>
        </thead>
        <tbody>
          {props.cards.map((card) => (
            <CardRow card={card} key={card.uuid ?? card.index} />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function CardRow(props: { card: Card }): ReactNode {
  const { card } = props;
  const slow = slowedBy(card);
  return (
    <tr>
      <th scope="row" title={card.name}>
        {shortCardName(card.name)}
        {slow !== null && <small className="tone-hot slow">{slow}</small>}
      </th>
      <td>
        <TemperatureRing celsius={card.temperatureC} />
      </td>
      <Reading card={card} value={card.utilizationPercent}>
        {percent(card.utilizationPercent)}
      </Reading>
      <Reading card={card} value={card.memoryBytes}>
        {memoryUse(card.memoryUsedBytes, card.memoryBytes)}
      </Reading>
      <Reading card={card} value={card.powerWatts}>
        {watts(card.powerWatts)}
      </Reading>
      <Reading card={card} value={card.fanPercent}>
        {percent(card.fanPercent)}
      </Reading>
    </tr>
  );
}

function Reading(props: { card: Card; value: number | null; children: ReactNode }): ReactNode {
  const { card, value, children } = props;
  return (
    <td className="number">{value === null ? <Unknown why={whyUnknown(card)} /> : children}</td>
  );
}
