import type { ReactNode } from 'react';
import { t } from '../locales/text.ts';

/** What the client posted, to the letter; closed until it is wanted. */
export function JobDefinition(props: { definition: string | null }): ReactNode {
  if (props.definition === null) return null;
  return (
    <details className="panel">
      <summary>{t('definition.title')}</summary>
      {/* Focusable so that the keyboard can scroll it. */}
      <pre className="mono break" tabIndex={0} role="region" aria-label={t('definition.title')}>
        {props.definition}
      </pre>
    </details>
  );
}
