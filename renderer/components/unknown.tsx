import type { ReactNode } from 'react';
import { t } from '../locales/text.ts';

/** The dash of what is not known, with the reason for it. */
export function Unknown(props: { why: string }): ReactNode {
  return (
    <span title={props.why}>
      <span aria-hidden="true">{t('unknown')}</span>
      <span className="visually-hidden">{props.why}</span>
    </span>
  );
}
