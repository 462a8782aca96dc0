import { type ReactNode, useId } from 'react';
import { ContactForm } from '../components/contact-form.tsx';
import { CostsPanel } from '../components/costs-panel.tsx';
import { EngineChoice } from '../components/engine-choice.tsx';
import { HeatForm } from '../components/heat-form.tsx';
import { InternetChoice } from '../components/internet-choice.tsx';
import { KeysPanel } from '../components/keys-panel.tsx';
import { LimitsForm } from '../components/limits-form.tsx';
import { MainnetChoice } from '../components/mainnet-choice.tsx';
import { MoneyForm } from '../components/money-form.tsx';
import { PinningForm } from '../components/pinning-form.tsx';
import { ServersForm } from '../components/servers-form.tsx';
import { t } from '../locales/text.ts';

/** What the owner decides once: where jobs run, what they reach, and in which network. */
export function SettingsScreen(): ReactNode {
  const network = useId();
  return (
    <>
      <h1 className="screen-title">{t('settings.title')}</h1>
      <EngineChoice />
      <InternetChoice />
      <HeatForm />
      <MoneyForm />
      <section className="stack" aria-labelledby={network}>
        <h2 className="section-title" id={network}>
          {t('network.title')}
        </h2>
        <MainnetChoice />
        <KeysPanel />
        <div className="pair">
          <ContactForm />
          <PinningForm />
        </div>
        <div className="pair">
          <ServersForm which="rpc" />
          <ServersForm which="gateways" />
        </div>
        <LimitsForm />
        <CostsPanel />
      </section>
    </>
  );
}
