import type { ReactNode } from 'react';
import { t } from '../locales/text.ts';

/** What the window's title and the browser's history say. */
export function ScreenTitle(props: { screen: string }): ReactNode {
  return <title>{t('app.title', { screen: props.screen })}</title>;
}
