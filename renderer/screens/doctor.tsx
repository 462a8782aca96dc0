import type { ReactNode } from 'react';
import type { Check } from '../../app/contract/state.ts';
import { AdmissionReports } from '../components/admission-reports.tsx';
import { CheckAgain } from '../components/check-again.tsx';
import { CheckNotice } from '../components/check-notice.tsx';
import { IsolationPanel } from '../components/isolation-panel.tsx';
import { problemCount } from '../components/problem-count.ts';
import { isHole } from '../components/proof-verdict.ts';
import { ReadinessPanel } from '../components/readiness-panel.tsx';
import { useHost } from '../host/host-context.tsx';
import { clock } from '../locales/moments.ts';
import { plural, t } from '../locales/text.ts';

/** Every check with what was found, and the remedy where something is missing. */
export function DoctorScreen(): ReactNode {
  const { checks, checkedAt } = useHost((state) => state.doctor);
  const failing = useHost(problemCount);
  const hole = useHost((state) => isHole(state.proof));
  return (
    <>
      <h1 className="screen-title">{t('doctor.title')}</h1>
      <section className="panel" aria-labelledby="verdict">
        <div className="panel-head">
          <div role="status">
            <h2 id="verdict">{checkedAt === null ? t('doctor.pending') : verdict(failing)}</h2>
          </div>
          <div className="doctor-tools">
            {checkedAt !== null && (
              <span className="soft">{t('doctor.checked', { when: clock(checkedAt) })}</span>
            )}
            <CheckAgain />
          </div>
        </div>
        <ul className="checks">
          {checks.map((check) => (
            <CheckNotice check={check} key={check.name} />
          ))}
          {hole && <CheckNotice check={notIsolated} />}
        </ul>
      </section>
      <ReadinessPanel />
      <AdmissionReports />
      <IsolationPanel />
    </>
  );
}

/** Counted with the checks, so that nothing above a hole says that all is well. */
const notIsolated: Check = {
  name: 'isolation',
  ok: false,
  message: t('proof.in-doctor'),
  remedy: null,
};

function verdict(failing: number): string {
  return failing > 0 ? plural('doctor.problems', failing) : t('doctor.all-well');
}
