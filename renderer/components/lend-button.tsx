import { type ReactNode, useState } from 'react';
import type { HostState } from '../../app/contract/state.ts';
import { reasonOf, useCall, useHost } from '../host/host-context.tsx';
import { t } from '../locales/text.ts';

/** The second click of a double click must not undo what the first one did. */
const DEAF_MS = 700;

/** The one big button: take the card back, or lend it. */
export function LendButton(): ReactNode {
  const call = useCall();
  const lending = useHost((state) => state.availability.lending);
  const hint = useHost(hintOf);
  const [deaf, setDeaf] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const ask = () => {
    if (deaf) return;
    setDeaf(true);
    setFailure(null);
    setTimeout(() => setDeaf(false), DEAF_MS);
    call(lending ? 'host.takeBack' : 'host.lend', {}).catch((error: unknown) =>
      setFailure(reasonOf(error)),
    );
  };
  return (
    <div className="lend">
      {/* Not `disabled`: the keyboard's focus would be lost with every press. */}
      <button className="button primary" aria-disabled={deaf} onClick={ask}>
        {t(lending ? 'home.take-back' : 'home.lend')}
        <small>{hint}</small>
      </button>
      {failure !== null && <p role="alert">{failure}</p>}
    </div>
  );
}

function hintOf({ availability, job, queue }: HostState): string {
  if (!availability.lending) return t('home.lend.hint');
  if (job) return t('home.take-back.job');
  return t(queue ? 'home.take-back.queue' : 'home.take-back.idle');
}
