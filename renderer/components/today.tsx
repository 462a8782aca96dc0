import type { ReactNode } from 'react';
import { useHost } from '../host/host-context.tsx';
import { nos, nosAmount } from '../locales/format.ts';
import { plural, t } from '../locales/text.ts';
import { PracticeMark } from './practice-mark.tsx';
import { Unknown } from './unknown.tsx';

/** What the day, the week and the month brought, and what lies in the wallet. */
export function Today(): ReactNode {
  const earnings = useHost((state) => state.earnings);
  const balance = useHost((state) => state.wallet.nos);
  const practice = useHost((state) => state.network.practice);
  return (
    <section className="panel today" aria-labelledby="today">
      <div>
        <h2 className="kicker" id="today">
          {t('home.today')} {practice && <PracticeMark />}
        </h2>
        <p className="big">
          {nos(earnings.todayGross)}{' '}
          <small>
            {t('home.today.unit', { jobs: plural('home.today.jobs', earnings.jobsToday) })}
          </small>
        </p>
      </div>
      <dl className="split">
        <Figure name={t('home.week')}>{nosAmount(earnings.weekGross)}</Figure>
        <Figure name={t('home.month')}>{nosAmount(earnings.monthGross)}</Figure>
        <Figure name={t('home.balance')}>
          {balance === null ? <Unknown why={t('home.balance.unknown')} /> : nosAmount(balance)}
        </Figure>
      </dl>
    </section>
  );
}

function Figure(props: { name: string; children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}
