import type { ReactNode } from 'react';
import { degrees } from '../locales/format.ts';
import { t } from '../locales/text.ts';

/** Above this a card begins to slow itself down; the ring turns amber. Degrees Celsius. */
const WARM = 80;
const HOTTEST = 100;
const RADIUS = 37;
const ROUND = 2 * Math.PI * RADIUS;

/** A card's temperature as a part of a ring, 0 to 100 degrees. */
export function TemperatureRing(props: { celsius: number | null }): ReactNode {
  const { celsius } = props;
  const label =
    celsius === null
      ? t('card.temperature.unknown')
      : t('card.temperature', { value: Math.round(celsius) });
  return (
    <svg className="ring" viewBox="0 0 88 88" role="img" aria-label={label}>
      <circle cx="44" cy="44" r={RADIUS} />
      {celsius !== null && (
        <circle
          className={celsius >= WARM ? 'tone-hot' : 'tone-earning'}
          cx="44"
          cy="44"
          r={RADIUS}
          strokeDasharray={`${share(celsius) * ROUND} ${ROUND}`}
          transform="rotate(-90 44 44)"
        />
      )}
      <text x="44" y="51" textAnchor="middle">
        {degrees(celsius)}
      </text>
    </svg>
  );
}

function share(celsius: number): number {
  return Math.min(1, Math.max(0, celsius / HOTTEST));
}
