import type { ReactNode } from 'react';
import { useHost } from '../host/host-context.tsx';
import { t } from '../locales/text.ts';
import { CheckAgain } from './check-again.tsx';
import { CheckNotice } from './check-notice.tsx';
import { checkInHeadline } from './headline.ts';
import { Panel } from './panel.tsx';

/**
 * What is missing or broken, why it matters, and the exact remedy; nothing when all is well. What
 * the headline says already is not said again.
 */
export function Missing(): ReactNode {
  const checks = useHost((state) => state.doctor.checks);
  const said = useHost(checkInHeadline);
  const failing = checks.filter((check) => !check.ok && check !== said);
  if (failing.length === 0) return null;
  return (
    <Panel title={t(said ? 'home.missing.more' : 'home.missing')} aside={<CheckAgain />}>
      <ul className="checks">
        {failing.map((check) => (
          <CheckNotice check={check} key={check.name} />
        ))}
      </ul>
    </Panel>
  );
}
