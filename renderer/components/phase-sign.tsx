import type { ReactNode } from 'react';
import type { Phase } from '../../app/contract/phase.ts';
import { t } from '../locales/text.ts';
import { Sign, type SignShape } from './sign.tsx';
import { phaseTone } from './tone.ts';

/** The state word with its sign: the shape differs as well as the colour. */
export function PhaseSign(props: { phase: Phase }): ReactNode {
  return (
    <span className={`phase tone-${phaseTone(props.phase)}`}>
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
