import type { ReactNode } from 'react';
import type { Phase } from '../../app/contract/state.ts';
import { t } from '../locales/text.ts';
import { phaseTone } from './tone.ts';

/** The state word with its sign: the shape differs as well as the colour. */
export function PhaseSign(props: { phase: Phase }): ReactNode {
  return (
    <div className={`phase tone-${phaseTone(props.phase)}`}>
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <path d={shapes[props.phase]} />
      </svg>
      {t(`phase.${props.phase}`)}
    </div>
  );
}

const disc = 'M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1z';
const ring = 'M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1zm0 2.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6z';
const bars = 'M2 1h3v10H2zM7 1h3v10H7z';

const shapes: Readonly<Record<Phase, string>> = {
  working: disc,
  available: ring,
  waiting: ring,
  preparing: 'M6 1a5 5 0 0 0 0 10z',
  paused: bars,
  yielding: bars,
  yielded: bars,
  'needs-you': 'M6 0l6 11H0z',
  off: 'M1 5h10v2H1z',
};
