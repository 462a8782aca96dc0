import type { ReactNode } from 'react';
import { useCall } from '../host/host-context.tsx';
import { t } from '../locales/text.ts';

/** Lets the doctor look again; what it finds arrives with the state. */
export function CheckAgain(): ReactNode {
  const call = useCall();
  return (
    <button
      className="button"
      // A host that does not answer shows as a lost connection, not here.
      onClick={() => void call('doctor.check', {}).catch(() => undefined)}
    >
      {t('doctor.again')}
    </button>
  );
}
