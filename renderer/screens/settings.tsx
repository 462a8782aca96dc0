import type { ReactNode } from 'react';
import { EngineChoice } from '../components/engine-choice.tsx';
import { InternetChoice } from '../components/internet-choice.tsx';
import { t } from '../locales/text.ts';

/** What the owner decides once: where jobs run, and what they reach. */
export function SettingsScreen(): ReactNode {
  return (
    <>
      <h1 className="screen-title">{t('settings.title')}</h1>
      <EngineChoice />
      <InternetChoice />
    </>
  );
}
