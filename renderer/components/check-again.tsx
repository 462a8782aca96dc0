import { type ReactNode, useState } from 'react';
import { useCall, useHost } from '../host/host-context.tsx';
import { t } from '../locales/text.ts';

/** Lets the doctor look again, and says so until what it found arrives with the state. */
export function CheckAgain(): ReactNode {
  const call = useCall();
  const checkedAt = useHost((state) => state.doctor.checkedAt);
  const [askedAfter, setAskedAfter] = useState<number | null>(null);
  const checking = askedAfter !== null && askedAfter === checkedAt;
  const ask = () => {
    setAskedAfter(checkedAt);
    call('doctor.check', {}).catch(() => setAskedAfter(null));
  };
  return (
    <button className="button" onClick={ask}>
      {t(checking ? 'doctor.pending' : 'doctor.again')}
    </button>
  );
}
