import type { ReactNode } from 'react';
import type { Check } from '../../app/contract/state.ts';
import { t } from '../locales/text.ts';
import { Remedy } from './remedy.tsx';
import { Sign } from './sign.tsx';

/** One check of the doctor: what was found, and what to do where something is wrong. */
export function CheckNotice(props: { check: Check }): ReactNode {
  const { check } = props;
  return (
    <li className={`check tone-${check.ok ? 'earning' : 'hot'}`}>
      <Sign shape={check.ok ? 'check' : 'triangle'} />
      <div>
        <h3>
          {nameOf(check.name)}
          <span className="visually-hidden">: {t(check.ok ? 'doctor.well' : 'doctor.ill')}</span>
        </h3>
        <p className="soft break">{check.message}</p>
        {check.remedy !== null && <Remedy text={check.remedy} />}
      </div>
    </li>
  );
}

// A newer host's check keeps its own name.
function nameOf(name: string): string {
  switch (name) {
    case 'engine':
    case 'card':
    case 'card-in-containers':
    case 'network':
    case 'disk':
    case 'isolation':
      return t(`doctor.check.${name}`);
    default:
      return name;
  }
}
