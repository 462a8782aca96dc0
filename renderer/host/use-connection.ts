import { useEffect, useState } from 'react';
import type { HostClient } from '../../app/contract/client.ts';
import type { HostState } from '../../app/contract/state.ts';
import { connect, NotAllowedError } from './connect.ts';

/** Where the page stands with the host. */
export type Connection =
  | { readonly stage: 'connecting' }
  | { readonly stage: 'connected'; readonly client: HostClient; readonly initial: HostState }
  /** The host was there and is gone; the page tries again by itself. */
  | { readonly stage: 'lost' }
  | { readonly stage: 'refused' };

const RETRY_MS = 2_000;

/** Connects, and connects again whenever the host goes away. */
export function useConnection(): Connection {
  const [connection, setConnection] = useState<Connection>({ stage: 'connecting' });
  useEffect(() => {
    let stopped = false;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let client: HostClient | null = null;
    const follow = (connected: HostClient) => {
      client = connected;
      let shown = false;
      connected.subscribe(() => {
        if (stopped) return;
        if (connected.closed) {
          setConnection({ stage: 'lost' });
          retry = setTimeout(attempt, RETRY_MS);
        } else if (!shown && connected.state) {
          shown = true;
          setConnection({ stage: 'connected', client: connected, initial: connected.state });
        }
      });
    };
    const attempt = () => {
      connect().then(
        (connected) => (stopped ? connected.close() : follow(connected)),
        (error: unknown) => {
          if (stopped) return;
          const refused = error instanceof NotAllowedError;
          setConnection((before) =>
            before.stage === 'lost' ? before : { stage: refused ? 'refused' : 'lost' },
          );
          retry = setTimeout(attempt, RETRY_MS);
        },
      );
    };
    attempt();
    return () => {
      stopped = true;
      clearTimeout(retry);
      client?.close();
    };
  }, []);
  return connection;
}
