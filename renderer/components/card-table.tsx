import type { ReactNode } from 'react';
import type { Card } from '../../app/contract/gpu.ts';
import { memoryUse, percent, watts } from '../locales/format.ts';
import { plural, t } from '../locales/text.ts';
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
  return (
    <tr>
      <th scope="row" title={card.name}>
        {shortCardName(card.name)}
      </th>
      <td>
        <TemperatureRing celsius={card.temperatureC} />
      </td>
      <Reading known={card.utilizationPercent}>{percent(card.utilizationPercent)}</Reading>
      <Reading known={card.memoryBytes}>
        {memoryUse(card.memoryUsedBytes, card.memoryBytes)}
      </Reading>
      <Reading known={card.powerWatts}>{watts(card.powerWatts)}</Reading>
      <Reading known={card.fanPercent}>{percent(card.fanPercent)}</Reading>
    </tr>
  );
}

function Reading(props: { known: number | null; children: ReactNode }): ReactNode {
  return (
    <td className="number">
      {props.known === null ? <Unknown why={t('card.not-told')} /> : props.children}
    </td>
  );
}
