import type { ReactNode } from 'react';
import { Link, useRoute } from 'wouter';
import { useHost } from '../host/host-context.tsx';
import { t } from '../locales/text.ts';
import { Moon } from './moon.tsx';
import { PracticeMark } from './practice-mark.tsx';

/** The rail on the left and the screen beside it. */
export function Frame(props: { children: ReactNode }): ReactNode {
  return (
    <div className="frame">
      <a
        className="skip"
        href="#screen"
        onClick={(event) => {
          // The address after # names the screen, so the jump is made by hand.
          event.preventDefault();
          document.getElementById('screen')?.focus();
        }}
      >
        {t('app.skip')}
      </a>
      <nav className="rail" aria-label={t('nav.label')}>
        <div className="brand">
          <Moon />
          Offpeak
        </div>
        <RailLink to="/" label={t('nav.home')} />
        <RailLink to="/jobs" label={t('nav.jobs')} deeper="/jobs/:run" />
        <RailLink to="/doctor" label={t('nav.doctor')} />
        <NetworkNote />
      </nav>
      <main className="screen" id="screen" tabIndex={-1}>
        {props.children}
      </main>
    </div>
  );
}

function RailLink(props: { to: string; label: string; deeper?: string }): ReactNode {
  const [here] = useRoute(props.to);
  const [below] = useRoute(props.deeper ?? props.to);
  return (
    <Link href={props.to} aria-current={here || below ? 'page' : undefined}>
      {props.label}
    </Link>
  );
}

function NetworkNote(): ReactNode {
  const network = useHost((state) => state.network);
  const queue = useHost((state) => state.queue);
  return (
    <div className="network">
      <span>
        {network.label} {network.practice && <PracticeMark />}
      </span>
      <span>
        {queue
          ? t('network.queue', { position: queue.position, length: queue.length })
          : t(network.connected ? 'network.connected' : 'network.disconnected')}
      </span>
    </div>
  );
}
