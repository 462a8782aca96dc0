import type { ErrorReport } from './errors.ts';
import type { HostState } from './state.ts';

/** Raised when an old view could misread a new host. */
export const PROTOCOL = 1;

/** Larger messages from a view are refused. Bytes. */
export const MAX_MESSAGE_BYTES = 256 * 1024;

/** Slices that changed since the revision before; each replaces the whole slice. */
export type StateChanges = Partial<HostState>;

/** What the host sends. `rev` rises by one per patch; a gap means one `resync`. */
export type HostMessage =
  | { type: 'hello'; protocol: number; rev: number; state: HostState }
  | { type: 'patch'; rev: number; changes: StateChanges }
  | { type: 'done'; id: number; output: unknown }
  | { type: 'fail'; id: number; error: ErrorReport };

/** Two verbs: what Electron IPC, a WebSocket and a test queue have in common. */
export interface Wire<Out, In> {
  send(message: Out): void;
  onMessage(listener: (message: In) => void): void;
  onClose(listener: () => void): void;
  /** True while earlier messages still wait to leave; the sender then holds back. */
  congested(): boolean;
  close(): void;
}
