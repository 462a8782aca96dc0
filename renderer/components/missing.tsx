import type { ReactNode } from 'react';
import { useHost } from '../host/host-context.tsx';
import { t } from '../locales/text.ts';
import { checkName } from './check-name.ts';
import { Panel } from './panel.tsx';

/** What is missing or broken, why it matters, and the exact remedy; nothing when all is well. */
export function Missing(): ReactNode {
  const checks = useHost((state) => state.doctor.checks);
  const failing = checks.filter((check) => !check.ok);
  if (failing.length === 0) return null;
  return (
    <Panel title={t('home.missing')}>
      {failing.map((check) => (
        <div className="notice" key={check.name}>
          <h3>{checkName(check.name)}</h3>
          <p className="soft">{check.message}</p>
          {check.remedy && <p className="remedy break">{check.remedy}</p>}
        </div>
      ))}
    </Panel>
  );
}
