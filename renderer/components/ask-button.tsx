import { type ReactNode, useId, useState } from 'react';
import { reasonOf, useCall } from '../host/host-context.tsx';

/**
 * Asks the host for something that needs no more words. While it cannot be asked for, the button
 * keeps its place and the keyboard, and the reason stands beside it.
 */
export function AskButton(props: {
  command: 'isolation.prove' | 'host.takeBack' | 'readiness.check' | 'readiness.measureNetwork';
  label: string;
  blocked: string | null;
}): ReactNode {
  const { command, label, blocked } = props;
  const call = useCall();
  const reason = useId();
  const [failure, setFailure] = useState<string | null>(null);
  const ask = () => {
    if (blocked !== null) return;
    setFailure(null);
    call(command, {}).catch((error: unknown) => setFailure(reasonOf(error)));
  };
  return (
    <div className="ask">
      <button
        className="button"
        aria-disabled={blocked !== null}
        aria-describedby={blocked === null ? undefined : reason}
        onClick={ask}
      >
        {label}
      </button>
      {blocked !== null && (
        <span className="soft" id={reason}>
          {blocked}
        </span>
      )}
      {failure !== null && <span role="alert">{failure}</span>}
    </div>
  );
}
