import type { ReactNode } from 'react';
import { CardAlerts } from '../components/card-alerts.tsx';
import { Cards } from '../components/cards.tsx';
import { Hero } from '../components/hero.tsx';
import { Identities } from '../components/identity-table.tsx';
import { LatestJobs } from '../components/latest-jobs.tsx';
import { Missing } from '../components/missing.tsx';
import { Today } from '../components/today.tsx';
import { UnlockHere } from '../components/unlock-here.tsx';
import { YourDay } from '../components/your-day.tsx';
import { useHost } from '../host/host-context.tsx';

/** What is happening and why, the day's earnings, the cards, the day, the latest jobs. */
export function HomeScreen(): ReactNode {
  // Several cards need the whole width for their table.
  const severalCards = useHost((state) => state.cards.cards.length > 1);
  return (
    <>
      <Hero />
      <UnlockHere />
      <Identities />
      <Missing />
      <CardAlerts />
      <div className={severalCards ? 'stack' : 'row'}>
        <Today />
        <Cards />
      </div>
      <YourDay />
      <LatestJobs />
    </>
  );
}
