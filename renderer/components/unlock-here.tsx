import type { ReactNode } from 'react';
import { useHost } from '../host/host-context.tsx';
import { t } from '../locales/text.ts';
import { Panel } from './panel.tsx';
import { UnlockVault } from './passphrase-form.tsx';

/** The passphrase, asked for on Home while nothing but it stands in the way. */
export function UnlockHere(): ReactNode {
  const isLocked = useHost((state) => state.host.reason.code === 'wallet.locked');
  return (
    isLocked && (
      <Panel title={t('keys.locked')}>
        <UnlockVault />
      </Panel>
    )
  );
}
