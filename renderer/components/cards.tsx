import type { ReactNode } from 'react';
import type { Card } from '../../app/contract/gpu.ts';
import { useHost } from '../host/host-context.tsx';
import { gibibytes, quantity } from '../locales/format.ts';
import { t } from '../locales/text.ts';

/** Every card with its live numbers, or why there is none. */
export function Cards(): ReactNode {
  const report = useHost((state) => state.cards);
  if (report.cards.length === 0) {
    return (
      <section className="panel" aria-label={t('card.none')}>
        <div className="card-name">{t('card.none')}</div>
        <p className="soft">{report.problem?.message}</p>
        <p className="soft">{t('card.processor')}</p>
      </section>
    );
  }
  return (
    <section className="panel" aria-label={t('doctor.check.card')}>
      {report.cards.map((card) => (
        <CardRow card={card} key={card.uuid ?? card.index} />
      ))}
    </section>
  );
}

function CardRow(props: { card: Card }): ReactNode {
  const { card } = props;
  const memory =
    card.memoryBytes === null
      ? t('unknown')
      : `${gibibytes(card.memoryUsedBytes)}/${gibibytes(card.memoryBytes)}`;
  return (
    <div className="card-row">
      <TemperatureRing celsius={card.temperatureC} />
      <div>
        <div className="card-name">{card.name}</div>
        <dl className="meters">
          <Meter label={t('card.load')} value={quantity(card.utilizationPercent, '%')} />
          <Meter label={t('card.memory')} value={memory} />
          <Meter label={t('card.power')} value={quantity(card.powerWatts, ' W')} />
          <Meter label={t('card.fan')} value={quantity(card.fanPercent, '%')} />
        </dl>
      </div>
    </div>
  );
}

function Meter(props: { label: string; value: string }): ReactNode {
  return (
    <div>
      <dt>{props.label}</dt>
      <dd>{props.value}</dd>
    </div>
  );
}

/** Above this a card begins to slow itself down; the ring turns amber. Degrees Celsius. */
const WARM = 80;
const HOTTEST = 100;
const RADIUS = 37;

function TemperatureRing(props: { celsius: number | null }): ReactNode {
  const { celsius } = props;
  const round = 2 * Math.PI * RADIUS;
  const share = Math.min(1, Math.max(0, (celsius ?? 0) / HOTTEST));
  const colour = (celsius ?? 0) >= WARM ? 'var(--hot)' : 'var(--earning)';
  const label = celsius === null ? t('unknown') : t('card.temperature', { value: celsius });
  return (
    <svg className="ring" viewBox="0 0 88 88" role="img" aria-label={label}>
      <g fill="none" strokeWidth="7">
        <circle cx="44" cy="44" r={RADIUS} stroke="var(--raised)" />
        <circle
          cx="44"
          cy="44"
          r={RADIUS}
          stroke={colour}
          strokeDasharray={`${share * round} ${round}`}
          strokeLinecap="round"
          transform="rotate(-90 44 44)"
        />
      </g>
      <text x="44" y="51" textAnchor="middle">
        {quantity(celsius, '°')}
      </text>
    </svg>
  );
}
