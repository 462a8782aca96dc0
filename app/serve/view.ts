import type { Handlers } from '../contract/commands.ts';
import { OffpeakError, toErrorReport } from '../contract/errors.ts';
import type { HostState } from '../contract/state.ts';
import { ViewMessage } from '../contract/view-message.ts';
import { type HostMessage, PROTOCOL, type StateChanges, type Wire } from '../contract/wire.ts';
import { dispatch } from './dispatch.ts';

/** What a host must offer to be shown. */
export interface ServedHost {
  readonly state: HostState;
  /** Calls back with the slices that changed; returns the unsubscribe. */
  onChange(listener: (changes: StateChanges) => void): () => void;
  /** Somebody looks from now on, until the function that it returns is called, once. */
  watch(): () => void;
  readonly handlers: Handlers;
}

/** At most four patches a second reach a view (ux.md). */
const PATCH_INTERVAL_MS = 250;

/** A wire that asks more often than this in one second is refused, not queued. */
const MAX_CALLS_PER_SECOND = 50;

/**
 * Shows a host over one wire until it closes: one hello, then numbered patches. Changes that come
 * faster than the view may take them, or while the wire is congested, are merged by slice.
 */
export function serveView(host: ServedHost, wire: Wire<HostMessage, unknown>): void {
  let rev = 0;
  let pending: StateChanges = {};
  let timer: NodeJS.Timeout | null = null;
  let visible = true;
  let isClosed = false;
  let unwatch: (() => void) | null = host.watch();
  let calls = 0;

  const watch = () => {
    if (visible) unwatch ??= host.watch();
    else {
      unwatch?.();
      unwatch = null;
    }
  };
  const hello = () => {
    pending = {};
    wire.send({ type: 'hello', protocol: PROTOCOL, rev, state: host.state });
  };
  const flush = () => {
    timer = null;
    if (Object.keys(pending).length === 0 || !visible) return;
    if (!wire.congested()) {
      wire.send({ type: 'patch', rev: ++rev, changes: pending });
      pending = {};
    }
    timer = setTimeout(flush, PATCH_INTERVAL_MS);
  };
  const stopListening = host.onChange((changes) => {
    pending = { ...pending, ...changes };
    if (visible) timer ??= setTimeout(flush, 0);
  });
  const refill = setInterval(() => (calls = 0), 1000);

  wire.onMessage((raw) => {
    const parsed = ViewMessage.safeParse(raw);
    if (!parsed.success || isClosed) return;
    const message = parsed.data;
    if (message.type === 'resync') return hello();
    if (message.type === 'visible') {
      const shown = message.visible && !visible;
      visible = message.visible;
      watch();
      if (shown) hello();
      return;
    }
    calls += 1;
    void answer(host.handlers, message, calls > MAX_CALLS_PER_SECOND).then((reply) =>
      wire.send(reply),
    );
  });
  wire.onClose(() => {
    isClosed = true;
    visible = false;
    watch();
    stopListening();
    clearInterval(refill);
    if (timer) clearTimeout(timer);
  });
  hello();
}

async function answer(
  handlers: Handlers,
  call: Extract<ViewMessage, { type: 'call' }>,
  tooMany: boolean,
): Promise<HostMessage> {
  try {
    if (tooMany) throw new OffpeakError('serve.too-many-calls');
    return { type: 'done', id: call.id, output: await dispatch(handlers, call.name, call.input) };
  } catch (error) {
    return { type: 'fail', id: call.id, error: toErrorReport(error) };
  }
}
