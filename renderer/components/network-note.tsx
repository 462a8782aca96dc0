import type { ReactNode } from 'react';
import { useHost } from '../host/host-context.tsx';
import { t } from '../locales/text.ts';
import { admissionWords } from './admission-words.ts';

/** Which network this is and where the host stands in it. */
export function NetworkNote(): ReactNode {
  const network = useHost((state) => state.network);
  const queue = useHost((state) => state.queue);
  // With several identities there is no one place; Home has a row for each.
  const onTheWay = useHost(({ identities: [first, ...others] }) =>
    first && others.length === 0 ? admissionWords(first.admission) || null : null,
  );
  const connection = t(network.connected ? 'network.connected' : 'network.disconnected');
  return (
    <div className="network">
      <span className="break">{network.label}</span>
      <span>{queue ? t('network.queue', queue) : (onTheWay ?? connection)}</span>
    </div>
  );
}
