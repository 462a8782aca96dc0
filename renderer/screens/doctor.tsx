import type { ReactNode } from 'react';
import { checkName } from '../components/check-name.ts';
import { useCall, useHost } from '../host/host-context.tsx';
import { clock } from '../locales/format.ts';
import { t } from '../locales/text.ts';

/** Every check with what was found, and the remedy where something is missing. */
export function DoctorScreen(): ReactNode {
  const call = useCall();
  const { checks, checkedAt } = useHost((state) => state.doctor);
  return (
    <>
      <title>{`${t('doctor.title')} · Offpeak`}</title>
      <div className="panel-head">
        <h1 className="screen-title">{t('doctor.title')}</h1>
        <button className="button" onClick={() => void call('doctor.check', {})}>
          {t('doctor.again')}
        </button>
      </div>
      <section className="panel" aria-live="polite">
        <p className="kicker">
          {checkedAt === null
            ? t('doctor.pending')
            : t('doctor.checked', { when: clock(checkedAt) })}
        </p>
        <ul>
          {checks.map((check) => (
            <li
              key={check.name}
              className="notice"
              style={{ borderColor: check.ok ? 'var(--earning)' : 'var(--hot)' }}
            >
              <h3>{checkName(check.name)}</h3>
              <p className="soft break">{check.message}</p>
              {check.remedy && <p className="remedy break">{check.remedy}</p>}
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}
