import type { ReactNode } from 'react';
import type { Card } from '../../app/contract/gpu.ts';
import type { CardPower } from '../../app/contract/power.ts';
import { useHost } from '../host/host-context.tsx';
import { t } from '../locales/text.ts';
import { PowerAccess } from './power-access.tsx';
import { PowerQuiet } from './power-quiet.tsx';
import { PowerSettings } from './power-settings.tsx';
import { PowerTrial } from './power-trial.tsx';
import { Remedy } from './remedy.tsx';

/** Settings of a card that hold while it is lent: limit, clocks, fans, and quiet hours. */
export function PowerPanel(props: { card: Card; name: string }): ReactNode {
  const { card, name } = props;
  const power = useHost((state) => state.power.cards.find((one) => one.card === card.uuid) ?? null);
  return power === null ? null : <Power card={card} name={name} power={power} />;
}

function Power(props: { card: Card; name: string; power: CardPower }): ReactNode {
  const { card, name, power } = props;
  const isOpen = useHost((state) => state.power.helper.state === 'open');
  return (
    <section className="power" aria-label={t('power.of', { card: name })}>
      <h3>{t('power.title')}</h3>
      <p className="soft">{t('power.about')}</p>
      <PowerAccess card={power.card} />
      {isOpen && <PowerSettings card={card} power={power} />}
      {power.trial !== null && <PowerTrial card={power.card} trial={power.trial} />}
      {power.problem !== null && (
        <div role="status" className="tone-hot">
          <p className="slow break">{power.problem.message}</p>
          <Remedy text={power.problem.remedy} />
        </div>
      )}
      {isOpen && <PowerQuiet card={power.card} power={power} />}
    </section>
  );
}
