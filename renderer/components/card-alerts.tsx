import type { ReactNode } from 'react';
import type { Alert } from '../../app/contract/telemetry.ts';
import { useHost } from '../host/host-context.tsx';
import { shortMoment } from '../locales/moments.ts';
import { t } from '../locales/text.ts';
import { cardNameOf } from './card-name.ts';
import { Panel } from './panel.tsx';
import { Remedy } from './remedy.tsx';
import { Sign } from './sign.tsx';

/** What is wrong with the cards; nothing when all are well. */
export function CardAlerts(): ReactNode {
  const alerts = useHost((state) => state.alerts);
  if (alerts.length === 0) return null;
  return (
    <Panel title={t('alerts.title')}>
      <ul className="checks">
        {alerts.map((alert) => (
          <AlertNotice alert={alert} key={`${alert.card ?? ''} ${alert.code}`} />
        ))}
      </ul>
    </Panel>
  );
}

function AlertNotice(props: { alert: Alert }): ReactNode {
  const { card, text, remedy, since } = props.alert;
  const name = useHost(({ cards }) =>
    card === null ? t('alerts.some-card') : cardNameOf(cards.cards, card),
  );
  return (
    <li className="check tone-hot">
      <Sign shape="triangle" />
      <div>
        <h3>{name}</h3>
        <p className="soft break">
          {text} {t('alerts.since', { when: shortMoment(since) })}
        </p>
        <Remedy text={remedy} />
      </div>
    </li>
  );
}
