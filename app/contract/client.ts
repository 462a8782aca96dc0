import type { CommandInput, CommandName, CommandOutput } from './commands.ts';
import type { ErrorReport } from './errors.ts';
import type { HostState } from './state.ts';
import type { ViewMessage } from './view-message.ts';
import { type HostMessage, PROTOCOL, type Wire } from './wire.ts';

/** What a failed call throws on the view's side: the host's report, code intact. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly report: ErrorReport;

  constructor(report: ErrorReport) {
    super(report.message);
    this.report = report;
  }
}

interface PendingCall {
  resolve(output: unknown): void;
  reject(error: Error): void;
}

/**
 * A view's side of the contract over any wire: typed calls and a copy of the host's state that
 * follows its patches. After a gap it asks for one resync and ignores patches until it arrives.
 */
export class HostClient {
  #wire: Wire<ViewMessage, HostMessage>;
  #state: HostState | null = null;
  #rev = -1;
  #resyncing = true;
  #closed = false;
  #nextCall = 1;
  readonly #pending = new Map<number, PendingCall>();
  readonly #listeners = new Set<() => void>();

  constructor(wire: Wire<ViewMessage, HostMessage>) {
    this.#wire = wire;
    wire.onMessage((message) => this.#receive(message));
    wire.onClose(() => this.#onClose());
  }

  /** The newest state, or null before the first hello. */
  get state(): HostState | null {
    return this.#state;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Calls back after every change of `state` or `closed`; returns the unsubscribe. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Asks the host. Rejects with CallError when the host refuses, or when the wire closes. */
  call<N extends CommandName>(name: N, input: CommandInput<N>): Promise<CommandOutput<N>> {
    if (this.#closed) return Promise.reject(new Error('The connection to the host is closed.'));
    const id = this.#nextCall++;
    return new Promise<CommandOutput<N>>((resolve, reject) => {
      // The host validates its outputs against the same table, so the type is what it says.
      this.#pending.set(id, { resolve: (output) => resolve(output as CommandOutput<N>), reject });
      this.#wire.send({ type: 'call', id, name, input });
    });
  }

  /** A hidden view asks for no patches. */
  setVisible(visible: boolean): void {
    if (!this.#closed) this.#wire.send({ type: 'visible', visible });
  }

  close(): void {
    this.#wire.close();
  }

  #receive(message: HostMessage): void {
    switch (message.type) {
      case 'hello':
        if (message.protocol !== PROTOCOL) return this.#wire.close();
        this.#state = message.state;
        this.#rev = message.rev;
        this.#resyncing = false;
        return this.#notify();
      case 'patch':
        return this.#patch(message);
      case 'done':
        return this.#settle(message.id, (call) => call.resolve(message.output));
      case 'fail':
        return this.#settle(message.id, (call) => call.reject(new CallError(message.error)));
    }
  }

  #patch(message: Extract<HostMessage, { type: 'patch' }>): void {
    if (this.#resyncing || !this.#state) return;
    if (message.rev !== this.#rev + 1) {
      this.#resyncing = true;
      this.#wire.send({ type: 'resync' });
      return;
    }
    this.#rev = message.rev;
    this.#state = { ...this.#state, ...message.changes };
    this.#notify();
  }

  #settle(id: number, how: (call: PendingCall) => void): void {
    const call = this.#pending.get(id);
    this.#pending.delete(id);
    if (call) how(call);
  }

  #onClose(): void {
    this.#closed = true;
    for (const call of this.#pending.values()) {
      call.reject(new Error('The connection to the host closed.'));
    }
    this.#pending.clear();
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
