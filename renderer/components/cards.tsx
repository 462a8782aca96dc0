import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useHost } from '../host/host-context.tsx';
import { t } from '../locales/text.ts';
import { CardTable } from './card-table.tsx';
import { OneCard } from './one-card.tsx';

/** One card large, several as a table, or why there is none. */
export function Cards(): ReactNode {
  const cards = useHost((state) => state.cards.cards);
  const looked = useHost((state) => state.cards.readAt !== null || state.cards.problem !== null);
  const [card, ...others] = cards;
  if (!card) return looked ? <NoCard /> : <Looking />;
  return others.length > 0 ? <CardTable cards={cards} /> : <OneCard card={card} />;
}

function NoCard(): ReactNode {
  const practice = useHost((state) => state.network.practice);
  return (
    <section className="panel no-card" aria-labelledby="no-card">
      <h2 id="no-card">{t('card.none')}</h2>
      {practice && <p className="soft">{t('card.processor')}</p>}
      <Link className="soft" href="/doctor">
        {t('card.see-doctor')}
      </Link>
    </section>
  );
}

function Looking(): ReactNode {
  return (
    <section className="panel no-card" aria-labelledby="no-card">
      <h2 className="soft" id="no-card">
        {t('card.looking')}
      </h2>
    </section>
  );
}
