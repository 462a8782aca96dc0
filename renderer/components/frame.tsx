import { type ReactNode, type RefObject, useRef } from 'react';
import { Link, useRoute } from 'wouter';
import { useHost } from '../host/host-context.tsx';
import { plural, t } from '../locales/text.ts';
import { Moon } from './moon.tsx';
import { NetworkNote } from './network-note.tsx';
import { problemCount } from './problem-count.ts';
import { useNewScreen } from './use-new-screen.ts';

/** The rail on the left and the screen beside it. */
export function Frame(props: { children: ReactNode }): ReactNode {
  const screen = useRef<HTMLElement>(null);
  useNewScreen(screen);
  return (
    <div className="frame">
      <SkipLink to={screen} />
      <nav className="rail" aria-label={t('nav.label')}>
        <div className="brand">
          <Moon />
          {t('app.name')}
        </div>
        <RailLink to="/" label={t('nav.home')} />
        <RailLink to="/cards" label={t('nav.cards')} />
        <RailLink to="/jobs" label={t('nav.jobs')} deeper="/jobs/:run" />
        <div className="rail-foot">
          <RailLink to="/doctor" label={t('nav.doctor')} note={<ProblemCount />} />
          <RailLink to="/settings" label={t('nav.settings')} />
          <NetworkNote />
        </div>
      </nav>
      <main className="screen" id="screen" ref={screen} tabIndex={-1}>
        {props.children}
      </main>
    </div>
  );
}

function SkipLink(props: { to: RefObject<HTMLElement | null> }): ReactNode {
  return (
    <a
      className="skip"
      href="#screen"
      onClick={(event) => {
        // The address after # names the screen, so the jump is made by hand.
        event.preventDefault();
        props.to.current?.focus();
      }}
    >
      {t('app.skip')}
    </a>
  );
}

function RailLink(props: {
  to: string;
  label: string;
  deeper?: string;
  note?: ReactNode;
}): ReactNode {
  const [here] = useRoute(props.to);
  const [below] = useRoute(props.deeper ?? props.to);
  return (
    <Link href={props.to} aria-current={here || below ? 'page' : undefined}>
      {props.label} {props.note}
    </Link>
  );
}

function ProblemCount(): ReactNode {
  const failing = useHost(problemCount);
  if (failing === 0) return null;
  return (
    <span className="count" title={plural('nav.doctor.problems', failing)}>
      <span aria-hidden="true">{failing}</span>
      <span className="visually-hidden">{plural('nav.doctor.problems', failing)}</span>
    </span>
  );
}
