import type { ReactNode } from 'react';
import { useHost } from '../host/host-context.tsx';
import { t } from '../locales/text.ts';

/** Which network this is and where the host stands in it. */
export function NetworkNote(): ReactNode {
  const network = useHost((state) => state.network);
  const queue = useHost((state) => state.queue);
  return (
    <div className="network">
      <span className="break">{network.label}</span>
      <span>
        {queue
          ? t('network.queue', { position: queue.position, length: queue.length })
          : t(network.connected ? 'network.connected' : 'network.disconnected')}
      </span>
    </div>
  );
}
