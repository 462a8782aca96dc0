import type { ReactNode } from 'react';
import type { Card } from '../../app/contract/gpu.ts';
import { MetricChart } from '../charts/metric-chart.tsx';
import { chartKinds } from '../charts/kinds.ts';
import type { Period } from '../charts/period.ts';
import { useHost } from '../host/host-context.tsx';
import { t } from '../locales/text.ts';
import { BenchmarkPanel } from './benchmark-panel.tsx';
import { cardFacts } from './card-facts.ts';
import { wholeCardName } from './card-name.ts';
import { slowedBy } from './card-notes.ts';
import { PowerPanel } from './power-panel.tsx';
import { Panel } from './panel.tsx';
import { TemperatureRing } from './temperature-ring.tsx';

/** All that one card tells, and how it went. */
export function CardPanel(props: { card: Card; period: Period }): ReactNode {
  const { card, period } = props;
  const title = useHost(({ cards }) => wholeCardName(cards.cards, card));
  const slow = slowedBy(card);
  // Telemetry knows a card without a UUID by its place.
  const id = card.uuid ?? String(card.index);
  return (
    <Panel title={title}>
      {card.isAsleep && <p className="soft">{t('card.asleep')}</p>}
      {slow !== null && <p className="tone-hot slow">{slow}</p>}
      <div className="card-now">
        <TemperatureRing celsius={card.temperatureC} />
        <dl className="card-facts">
          {cardFacts(card).map(({ name, value }) => (
            <div key={name}>
              <dt>{t(name)}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
      <div className="metrics">
        {chartKinds.map((metric) => (
          <MetricChart card={card} id={id} metric={metric} period={period} key={metric} />
        ))}
      </div>
      <BenchmarkPanel card={card} name={title} />
      <PowerPanel card={card} name={title} />
    </Panel>
  );
}
