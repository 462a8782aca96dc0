import type { ReactNode } from 'react';
import type { ProofReport } from '../../app/contract/proof.ts';
import { t } from '../locales/text.ts';
import { CopyButton } from './copy-button.tsx';

/** The whole report as the command line prints it, to read and to copy. */
export function ReportText(props: { report: ProofReport }): ReactNode {
  const text = JSON.stringify(props.report, null, 2);
  return (
    <div className="proof-report">
      <details>
        <summary>{t('proof.report')}</summary>
        <p className="soft">{t('proof.report.note')}</p>
        {/* Focusable so that the keyboard can scroll it. */}
        <pre className="mono break" tabIndex={0} role="region" aria-label={t('proof.report')}>
          {text}
        </pre>
      </details>
      <CopyButton what={t('proof.report')} text={text} />
    </div>
  );
}
