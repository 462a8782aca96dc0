import type { ReactNode } from 'react';
import { dayPartOf } from '../../app/contract/day-part.ts';
import type { Phase, Reason } from '../../app/contract/phase.ts';
import { t } from '../locales/text.ts';
import { Sign, type SignShape } from './sign.tsx';
import { phaseTone } from './tone.ts';

/** The state word with its sign: the shape differs as well as the colour. */
export function PhaseSign(props: { phase: Phase; reason: Reason }): ReactNode {
  return (
    <span className={`phase tone-${phaseTone(dayPartOf(props.phase, props.reason))}`}>
      <Sign shape={shapes[props.phase]} />
      {t(`phase.${props.phase}`)}
    </span>
  );
}

const shapes: Readonly<Record<Phase, SignShape>> = {
  working: 'disc',
  available: 'ring',
  waiting: 'ring',
  preparing: 'half',
  paused: 'bars',
  yielding: 'bars',
  yielded: 'bars',
  'needs-you': 'triangle',
  off: 'line',
};
