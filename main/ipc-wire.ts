import { ipcMain, type IpcMainEvent, type WebContents } from 'electron';
import { type HostMessage, MAX_MESSAGE_BYTES, type Wire } from '../app/contract/wire.ts';
import { APP_ORIGIN } from './app-scheme.ts';

/** From the page to the host, and back. The page never names a channel: the preload does. */
const TO_HOST = 'offpeak:to-host';
const TO_VIEW = 'offpeak:to-view';
/** The page announces itself after every load, since a reload starts a new view. */
const HELLO = 'offpeak:hello';

/**
 * Calls back with a fresh wire whenever the window's page (re)loads; the wire before it closes.
 * Only messages from this window's main frame at our own origin count; others are dropped.
 */
export function onView(
  contents: WebContents,
  serve: (wire: Wire<HostMessage, unknown>) => void,
): void {
  let current: { receive: (message: unknown) => void; close: () => void } | null = null;
  const trusted = (event: IpcMainEvent) =>
    event.sender === contents &&
    event.senderFrame !== null &&
    event.senderFrame === contents.mainFrame &&
    event.senderFrame.url.startsWith(`${APP_ORIGIN}/`);

  const hello = (event: IpcMainEvent) => {
    if (!trusted(event)) return;
    current?.close();
    const view = viewWire(contents);
    current = view;
    serve(view.wire);
  };
  const receive = (event: IpcMainEvent, message: unknown) => {
    if (trusted(event) && isSmall(message)) current?.receive(message);
  };
  ipcMain.on(HELLO, hello);
  ipcMain.on(TO_HOST, receive);
  contents.once('destroyed', () => {
    ipcMain.off(HELLO, hello);
    ipcMain.off(TO_HOST, receive);
    current?.close();
  });
}

function viewWire(contents: WebContents) {
  const messages: ((message: unknown) => void)[] = [];
  const closes: (() => void)[] = [];
  let open = true;
  const close = () => {
    if (!open) return;
    open = false;
    for (const listener of closes) listener();
  };
  const wire: Wire<HostMessage, unknown> = {
    send(message) {
      if (open && !contents.isDestroyed()) contents.send(TO_VIEW, message);
    },
    onMessage: (listener) => void messages.push(listener),
    onClose: (listener) => void closes.push(listener),
    // Electron queues without telling how much; the host's four patches a second keep it small.
    congested: () => false,
    close,
  };
  const receive = (message: unknown) => {
    for (const listener of messages) listener(message);
  };
  return { wire, receive, close };
}

// The same limit as on the WebSocket. What JSON cannot say has no business on this wire.
function isSmall(message: unknown): boolean {
  try {
    return JSON.stringify(message).length <= MAX_MESSAGE_BYTES;
  } catch {
    return false;
  }
}
