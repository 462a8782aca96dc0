import { type ReactNode, useState } from 'react';
import type { HostState } from '../../app/contract/state.ts';
import { useCall, useHost } from '../host/host-context.tsx';
import { useNow } from '../host/use-now.ts';
import { duration, nosPerHour } from '../locales/format.ts';
import { t } from '../locales/text.ts';
import { PhaseSign } from './phase-sign.tsx';
import { phaseTone } from './tone.ts';

/** What is happening, why, and the one big button. */
export function Hero(): ReactNode {
  const host = useHost((state) => state.host);
  const job = useHost((state) => state.job);
  const title = useHost(headline);
  return (
    <section className={`panel tone-${phaseTone(host.phase)}`}>
      <div className="hero">
        <div aria-live="polite">
          <PhaseSign phase={host.phase} />
          <h1>{title}</h1>
          {job ? <Elapsed job={job} /> : <p>{host.reason.text}</p>}
        </div>
        <LendButton />
      </div>
      {job && <ElapsedBar job={job} />}
    </section>
  );
}

function headline(state: HostState): string {
  const { phase, reason } = state.host;
  switch (phase) {
    case 'working': {
      const title = state.job?.title ?? '';
      const [card] = state.cards.cards;
      return state.job?.passport?.gpu && card
        ? t('home.working-on-card', { card: card.name, title })
        : t('home.working-on-processor', { title });
    }
    case 'preparing':
    case 'yielding':
    case 'needs-you':
      return reason.text;
    case 'available':
    case 'waiting':
    case 'paused':
    case 'yielded':
    case 'off':
      return t(`home.${phase}`);
  }
}

type Job = NonNullable<HostState['job']>;

function Elapsed(props: { job: Job }): ReactNode {
  const now = useNow(1000);
  const { assignedAt, expiresAt, pricePerSecond } = props.job;
  return (
    <p>
      <b>{duration(now - assignedAt)}</b>{' '}
      {t('home.elapsed', { limit: duration(expiresAt - assignedAt) })} ·{' '}
      {t('home.rate', { rate: nosPerHour(pricePerSecond) })}
    </p>
  );
}

function ElapsedBar(props: { job: Job }): ReactNode {
  const now = useNow(1000);
  const { assignedAt, expiresAt } = props.job;
  const share = Math.min(1, Math.max(0, (now - assignedAt) / (expiresAt - assignedAt)));
  return (
    <div className="bar" aria-hidden="true">
      <i style={{ width: `${share * 100}%` }} />
    </div>
  );
}

function LendButton(): ReactNode {
  const call = useCall();
  const lending = useHost((state) => state.availability.lending);
  const busy = useHost((state) => state.job !== null);
  const [asked, setAsked] = useState(false);
  const ask = (name: 'host.lend' | 'host.takeBack') => {
    setAsked(true);
    void call(name, {}).finally(() => setAsked(false));
  };
  if (!lending) {
    return (
      <button className="button primary" disabled={asked} onClick={() => ask('host.lend')}>
        {t('home.lend')}
        <small>{t('home.lend.hint')}</small>
      </button>
    );
  }
  return (
    <button className="button primary" disabled={asked} onClick={() => ask('host.takeBack')}>
      {t('home.take-back')}
      <small>{t(busy ? 'home.take-back.working' : 'home.take-back.idle')}</small>
    </button>
  );
}
