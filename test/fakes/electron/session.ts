import type * as Electron from 'electron';
import { devTools } from './chromium.ts';
import { record } from './controls.ts';
import { type Faithful, loud, notImplemented } from './loud.ts';
import { originOf, protocol, toServed } from './protocol.ts';

/** Electron's permissions that a page here can ask for, with Chromium's names for them. */
const PERMISSIONS = {
  geolocation: ['geolocation'],
  notifications: ['notifications'],
  'clipboard-read': ['clipboard-read'],
  media: ['camera', 'microphone'],
} as const;

type Permission = keyof typeof PERMISSIONS;
type Ask = (of: object, what: Permission, answer: (yes: boolean) => void, details: object) => void;
type Check = (of: object, what: Permission, origin: string, details: object) => boolean;

/** A request of a page, as far as webRequest listeners are told. */
interface Outgoing {
  url: string;
  method: string;
  resourceType: string;
}

type Listener = (about: Outgoing, callback: (response: Electron.CallbackResponse) => void) => void;

const handlers: {
  ask: Ask | null;
  check: Check | null;
  request: { urls: RegExp; listener: Listener } | null;
} = { ask: null, check: null, request: null };

const webRequestMembers = {
  onBeforeRequest(...args: [Electron.WebRequestFilter, Listener | null] | [Listener | null]): void {
    const [filter, listener] = args.length === 2 ? args : [{ urls: ['<all_urls>'] }, args[0]];
    const urls = new RegExp(`^(${filter.urls.map(toPattern).join('|')})$`);
    handlers.request = listener && { urls, listener };
  },
};

const webRequest = loud(
  'webRequest',
  webRequestMembers satisfies Faithful<
    Electron.WebRequest,
    typeof webRequestMembers,
    'onBeforeRequest'
  >,
);

const sessionMembers = {
  protocol,
  webRequest,
  setPermissionRequestHandler: (handler: Ask | null): void => {
    handlers.ask = handler;
  },
  setPermissionCheckHandler: (handler: Check | null): void => {
    handlers.check = handler;
  },
  /** Only noted: no page here reaches a device. */
  setDevicePermissionHandler: (handler: object | null): void =>
    record('session.setDevicePermissionHandler', handler),
};

const defaultSession = loud(
  'Session',
  sessionMembers satisfies Faithful<
    Electron.Session,
    typeof sessionMembers,
    keyof typeof sessionMembers
  >,
);

export const session = loud('session', { defaultSession });

/**
 * Sets what the page at `url` may do. Chromium cannot ask us while a page waits, so the handlers are
 * asked for each permission before the page loads. Without handlers all is granted, as in Electron.
 */
export async function settlePermissions(contents: object, url: string): Promise<void> {
  const { origin } = new URL(toServed(url));
  if (origin === 'null') return;
  const set = (what: Permission, yes: boolean): Promise<unknown> =>
    Promise.all(
      PERMISSIONS[what].map((name) => {
        const setting = yes ? 'granted' : 'denied';
        return devTools().send('Browser.setPermission', { origin, permission: { name }, setting });
      }),
    );
  for (const what of ['geolocation', 'notifications', 'clipboard-read', 'media'] as const) {
    const { ask, check } = handlers;
    const details = { requestingUrl: url, isMainFrame: true };
    const isAllowed = check?.(contents, what, `${originOf(url)}/`, details) ?? true;
    await set(what, isAllowed && ask === null);
    if (isAllowed) ask?.(contents, what, (yes) => void set(what, yes), details);
  }
}

/** Asks the onBeforeRequest listener, if one wants this URL; true when the request shall be cancelled. */
export function isCancelled(outgoing: Outgoing): Promise<boolean> {
  const { request } = handlers;
  if (!request?.urls.test(outgoing.url)) return Promise.resolve(false);
  return new Promise((resolve) => {
    request.listener(outgoing, ({ cancel, redirectURL }) => {
      if (redirectURL !== undefined) notImplemented('onBeforeRequest with redirectURL');
      resolve(cancel ?? false);
    });
  });
}

/** A URL pattern of extensions (`*://host/*`) as a regular expression's source. */
function toPattern(pattern: string): string {
  if (pattern === '<all_urls>') return '.*';
  return pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
}
