import { type ReactNode, useState } from 'react';
import { type Period, periods } from '../charts/period.ts';
import { CardAlerts } from '../components/card-alerts.tsx';
import { CardPanel } from '../components/card-panel.tsx';
import { Cards } from '../components/cards.tsx';
import { useHost } from '../host/host-context.tsx';
import { t } from '../locales/text.ts';

/** Each card: what it tells now, what is wrong with it, and how it went. */
export function CardsScreen(): ReactNode {
  const cards = useHost((state) => state.cards.cards);
  const [period, setPeriod] = useState<Period>('hour');
  return (
    <>
      <div className="screen-head">
        <h1 className="screen-title">{t('cards.title')}</h1>
        {cards.length > 0 && <PeriodChoice period={period} onChoose={setPeriod} />}
      </div>
      <CardAlerts />
      {cards.length === 0 && <Cards />}
      {cards.map((card) => (
        <CardPanel card={card} period={period} key={card.uuid ?? card.index} />
      ))}
    </>
  );
}

function PeriodChoice(props: { period: Period; onChoose: (period: Period) => void }): ReactNode {
  return (
    <fieldset className="segments">
      <legend className="visually-hidden">{t('period.choose')}</legend>
      {periods.map((one) => (
        <label key={one}>
          <input
            type="radio"
            name="period"
            checked={one === props.period}
            onChange={() => props.onChoose(one)}
          />
          <span>{t(`period.short.${one}`)}</span>
        </label>
      ))}
    </fieldset>
  );
}
