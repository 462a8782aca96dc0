import type { ReactNode } from 'react';
import { useHost } from '../host/host-context.tsx';
import { nos } from '../locales/format.ts';
import { plural, t } from '../locales/text.ts';
import { PracticeMark } from './practice-mark.tsx';

/** What the day, the week and the month brought, and what lies in the wallet. */
export function Today(): ReactNode {
  const earnings = useHost((state) => state.earnings);
  const balance = useHost((state) => state.wallet.nos);
  const practice = useHost((state) => state.network.practice);
  return (
    <section className="panel" aria-labelledby="today">
      <h2 className="kicker" id="today">
        {t('home.today')} {practice && <PracticeMark />}
      </h2>
      <div className="big">
        {nos(earnings.todayGross)}{' '}
        <small>NOS · {plural('home.today.jobs', earnings.jobsToday)}</small>
      </div>
      <div className="split">
        <span>
          <b>{nos(earnings.weekGross)} NOS</b>
          {t('home.week')}
        </span>
        <span>
          <b>{nos(earnings.monthGross)} NOS</b>
          {t('home.month')}
        </span>
        <span>
          <b>{nos(balance)} NOS</b>
          {t('home.balance')}
        </span>
      </div>
    </section>
  );
}
