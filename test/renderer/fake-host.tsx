import { type ReactNode, StrictMode } from 'react';
import { HostClient } from '../../app/contract/client.ts';
import type { CommandName, Handlers } from '../../app/contract/commands.ts';
import type { HostState } from '../../app/contract/state.ts';
import type { ViewMessage } from '../../app/contract/view-message.ts';
import { type HostMessage, PROTOCOL } from '../../app/contract/wire.ts';
import { HostProvider } from '../../renderer/host/host-context.tsx';
import { aHostState } from '../fakes/host/host-state.ts';
import { memoryWire } from '../fakes/host/memory-wire.ts';

/** A host at the other end of a wire in memory: it answers by a table and sends patches. */
export interface FakeHost {
  /** Wraps what is tested, as the connected page does. */
  readonly wrapper: (props: { children: ReactNode }) => ReactNode;
  /** Every command that arrived, in order. */
  readonly asked: { name: string; input: unknown }[];
  commit(changes: Partial<HostState>): void;
}

/** Makes one; a command without a handler fails. */
export function fakeHost(
  options: { state?: HostState; handlers?: Partial<Handlers> } = {},
): FakeHost {
  const { left, right } = memoryWire<ViewMessage, HostMessage>();
  const asked: FakeHost['asked'] = [];
  const initial = options.state ?? aHostState();
  let rev = 0;
  right.onMessage((message) => {
    if (message.type !== 'call') return;
    const { id, name, input } = message;
    asked.push({ name, input });
    answer(options.handlers ?? {}, name, input).then(
      (output) => right.send({ type: 'done', id, output }),
      (error: unknown) =>
        right.send({
          type: 'fail',
          id,
          error: { code: 'host.bug', message: String(error), remedy: '' },
        }),
    );
  });
  const client = new HostClient(left);
  right.send({ type: 'hello', protocol: PROTOCOL, rev, state: initial });
  return {
    asked,
    commit: (changes) => right.send({ type: 'patch', rev: ++rev, changes }),
    wrapper: ({ children }) => (
      // Strict, as the page itself: effects run twice and must not mind.
      <StrictMode>
        <HostProvider client={client} initial={initial}>
          {children}
        </HostProvider>
      </StrictMode>
    ),
  };
}

async function answer(handlers: Partial<Handlers>, name: string, input: unknown): Promise<unknown> {
  // The command names its handler's input; a test that lies here fails in its handler.
  const handler = handlers[name as CommandName] as
    ((input: unknown) => Promise<unknown>) | undefined;
  if (!handler) throw new Error(`nobody answers ${name}`);
  return handler(input);
}
