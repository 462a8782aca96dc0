import { useEffect, useState } from 'react';
import type { HostClient } from '../../app/contract/client.ts';
import type { HostState } from '../../app/contract/state.ts';
import { connect, NotAllowedError } from './connect.ts';

/** Where the page stands with the host. */
export type Connection =
  | { readonly stage: 'connecting' }
  | { readonly stage: 'connected'; readonly client: HostClient; readonly initial: HostState }
  /** The host is gone; the page tries again by itself. */
  | { readonly stage: 'lost' }
  /** The host is there but does not know this page; a new address in this tab is tried at once. */
  | { readonly stage: 'refused' };

const RETRY_MS = 2_000;

/** Connects, and connects again whenever the host goes away. */
export function useConnection(): Connection {
  const [connection, setConnection] = useState<Connection>({ stage: 'connecting' });
  useEffect(() => keepConnected(setConnection), []);
  return connection;
}

function keepConnected(report: (connection: Connection) => void): () => void {
  let stopped = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let client: HostClient | null = null;
  const again = (stage: 'lost' | 'refused') => {
    if (stopped) return;
    report({ stage });
    retry = setTimeout(attempt, RETRY_MS);
  };
  const follow = (connected: HostClient) => {
    if (stopped) {
      connected.close();
      return;
    }
    client = connected;
    let shown = false;
    connected.subscribe(() => {
      if (connected.closed) return again('lost');
      if (shown || stopped || !connected.state) return;
      shown = true;
      report({ stage: 'connected', client: connected, initial: connected.state });
    });
  };
  const attempt = () => {
    connect().then(follow, (error: unknown) =>
      again(error instanceof NotAllowedError ? 'refused' : 'lost'),
    );
  };
  attempt();
  return () => {
    stopped = true;
    clearTimeout(retry);
    client?.close();
  };
}
