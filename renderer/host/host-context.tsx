import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useSyncExternalStore,
} from 'react';
import type { HostClient } from '../../app/contract/client.ts';
import type { CommandInput, CommandName, CommandOutput } from '../../app/contract/commands.ts';
import type { HostState } from '../../app/contract/state.ts';

interface Connected {
  readonly client: HostClient;
  readonly initial: HostState;
}

const HostContext = createContext<Connected | null>(null);

/** Makes a connected host available to everything below; render it once the state is there. */
export function HostProvider(props: {
  client: HostClient;
  initial: HostState;
  children: ReactNode;
}): ReactNode {
  const { client, initial, children } = props;
  return <HostContext value={{ client, initial }}>{children}</HostContext>;
}

/** A part of the host's state; the component draws again only when that part changes. */
export function useHost<T>(select: (state: HostState) => T): T {
  const { client, initial } = useConnected();
  const subscribe = useCallback((listener: () => void) => client.subscribe(listener), [client]);
  return useSyncExternalStore(subscribe, () => select(client.state ?? initial));
}

/** Sends one command to the host; rejects with the host's reason, or when the wire closes. */
export function useCall(): <N extends CommandName>(
  name: N,
  input: CommandInput<N>,
) => Promise<CommandOutput<N>> {
  const { client } = useConnected();
  return useCallback((name, input) => client.call(name, input), [client]);
}

/** Why a call failed, in a person's words. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function useConnected(): Connected {
  const connected = useContext(HostContext);
  if (!connected) throw new Error('There is no host above this component.');
  return connected;
}
