import { type KeyboardEvent, type MouseEvent, type ReactNode, useState } from 'react';
import type { HostState } from '../../app/contract/state.ts';
import { reasonOf, useCall, useHost } from '../host/host-context.tsx';
import { t } from '../locales/text.ts';

/** The one big button: take the card back, or lend it. */
export function LendButton(): ReactNode {
  const call = useCall();
  const lending = useHost((state) => state.availability.lending);
  const hint = useHost(hintOf);
  const [failure, setFailure] = useState<string | null>(null);
  const ask = (event: MouseEvent) => {
    // The second click of a double click must not undo what the first one did.
    if (event.detail > 1) return;
    setFailure(null);
    call(lending ? 'host.takeBack' : 'host.lend', {}).catch((error: unknown) =>
      setFailure(reasonOf(error)),
    );
  };
  return (
    <div className="lend">
      <button className="button primary" onClick={ask} onKeyDown={ignoreRepeats}>
        {t(lending ? 'home.take-back' : 'home.lend')}
        <small>{hint}</small>
      </button>
      {failure !== null && <p role="alert">{failure}</p>}
    </div>
  );
}

// Nor must a key that is held down.
function ignoreRepeats(event: KeyboardEvent): void {
  if (event.repeat) event.preventDefault();
}

function hintOf({ availability, job, queue }: HostState): string {
  if (!availability.lending) return t('home.lend.hint');
  if (job) return t('home.take-back.job');
  return t(queue ? 'home.take-back.queue' : 'home.take-back.idle');
}
