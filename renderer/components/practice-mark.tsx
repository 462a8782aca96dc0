import type { ReactNode } from 'react';
import { t } from '../locales/text.ts';

/** Stands beside everything that shows practice money. */
export function PracticeMark(): ReactNode {
  return (
    <span className="mark" title={t('practice.explain')}>
      {t('practice.mark')}
    </span>
  );
}
