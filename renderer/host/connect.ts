import { HostClient } from '../../app/contract/client.ts';
import type { ViewMessage } from '../../app/contract/view-message.ts';
import type { HostMessage, Wire } from '../../app/contract/wire.ts';
import { harmlessTexts } from './harmless.ts';

/** What the desktop shell's preload puts into the page: two verbs and a greeting. */
interface ShellBridge {
  connect(): void;
  send(message: ViewMessage): void;
  onMessage(listener: (message: HostMessage) => void): void;
}

declare global {
  interface Window {
    readonly offpeak?: ShellBridge;
  }
}

/** The host refused this page: the address lacks its token, or an old one was used. */
export class NotAllowedError extends Error {
  override readonly name = 'NotAllowedError';
}

/**
 * Connects to the host: through the desktop shell where there is one, else by WebSocket. Throws
 * NotAllowedError where the host answers but refuses, any other error where nothing answers.
 */
export async function connect(): Promise<HostClient> {
  if (window.offpeak) return new HostClient(shellWire(window.offpeak));
  await openSession();
  const address = new URL('/wire', window.location.href);
  address.protocol = address.protocol.replace('http', 'ws');
  const socket = new WebSocket(address);
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = () => void whyRefused().then(reject);
  });
  return new HostClient(webSocketWire(socket));
}

// A WebSocket does not say why it failed: a host that still serves its page has refused us.
async function whyRefused(): Promise<Error> {
  try {
    await fetch('/', { method: 'GET', cache: 'no-store' });
    return new NotAllowedError();
  } catch {
    return new Error('The host does not answer.');
  }
}

function shellWire(bridge: ShellBridge): Wire<ViewMessage, HostMessage> {
  return {
    send: (message) => bridge.send(message),
    onMessage: (listener) => {
      bridge.onMessage((message) => listener(parse(JSON.stringify(message))));
      bridge.connect();
    },
    // The shell closes the page together with the wire.
    onClose: () => undefined,
    congested: () => false,
    close: () => undefined,
  };
}

// Trades the token of the printed address for a cookie, and takes it out of the address bar, so
// that it does not end up in a screenshot or a bookmark.
async function openSession(): Promise<void> {
  const [, token] = /[#&]token=([\w-]+)/.exec(window.location.hash) ?? [];
  if (token === undefined) return;
  const answer = await fetch('/session', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  if (!answer.ok) throw new NotAllowedError();
  window.history.replaceState(null, '', '#/');
}

function webSocketWire(socket: WebSocket): Wire<ViewMessage, HostMessage> {
  return {
    send: (message) => socket.send(JSON.stringify(message)),
    onMessage: (listener) => {
      socket.onmessage = (event: MessageEvent<string>) => listener(parse(event.data));
    },
    onClose: (listener) => {
      socket.onclose = listener;
    },
    congested: () => socket.bufferedAmount > 0,
    close: () => socket.close(),
  };
}

// Our own host is the only peer this page may talk to (content security policy), so the shape is
// trusted; the texts in it may come from a job, and are not.
function parse(message: string): HostMessage {
  return JSON.parse(message, harmlessTexts) as HostMessage;
}
