import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as Electron from 'electron';
import { lifecycle } from './app.ts';
import { type Faithful, loud, notImplemented } from './loud.ts';

type Handler = (request: Request) => Response | Promise<Response>;

/**
 * Chromium loads no scheme that it does not know. So `app://ui/page` is served to it from this domain,
 * as https://ui.app.stand-in.invalid/page: main code sees app:// only, the page's `location` does not.
 */
const DOMAIN = 'stand-in.invalid';
const SERVED = new RegExp(`^https://([^/]+)\\.([^./]+)\\.${DOMAIN}(?=/|$)`);

const schemes = new Map<string, { handler: Handler | null }>();

const protocolMembers = {
  registerSchemesAsPrivileged: (list: Electron.CustomScheme[]): void => {
    if (lifecycle.ready) {
      throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    }
    for (const { scheme, privileges } of list) {
      // An https page is both; other kinds of scheme would behave differently here.
      if (!privileges?.standard || !privileges.secure)
        notImplemented(`non-standard scheme ${scheme}`);
      schemes.set(scheme, { handler: null });
    }
  },
  handle: (scheme: string, handler: Handler): void => {
    const known =
      schemes.get(scheme) ?? notImplemented(`protocol.handle of unprivileged ${scheme}`);
    if (known.handler) throw new Error('The scheme has been registered');
    known.handler = handler;
  },
  unhandle: (scheme: string): void => {
    const known = schemes.get(scheme);
    if (known) known.handler = null;
  },
  isProtocolHandled: (scheme: string): boolean => handlerOf(scheme) !== null,
};

export const protocol = loud(
  'protocol',
  protocolMembers satisfies Faithful<Electron.Protocol, typeof protocolMembers>,
);

const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

const netMembers = {
  /** Files and the web; a custom scheme's own handler is not asked. */
  fetch: async (input: string | Request, init?: RequestInit): Promise<Response> => {
    const url = new URL(typeof input === 'string' ? input : input.url);
    if (url.protocol !== 'file:') return fetch(input, init);
    const file = fileURLToPath(url);
    const bytes = await readFile(file).catch(() => {
      throw new Error('net::ERR_FILE_NOT_FOUND');
    });
    const type = TYPES[path.extname(file)] ?? 'application/octet-stream';
    return new Response(bytes, { headers: { 'content-type': type } });
  },
  isOnline: (): boolean => true,
};

export const net = loud('net', netMembers satisfies Faithful<Electron.Net, typeof netMembers>);

/** The main code's handler for that scheme (without colon), or null. */
export function handlerOf(scheme: string): Handler | null {
  return schemes.get(scheme)?.handler ?? null;
}

/** Electron's origin of a URL; URL.origin would be "null" for a custom scheme. */
export function originOf(url: string): string {
  return /^[a-z][a-z0-9+-]*:\/\/[^/]*/.exec(url)?.[0] ?? 'null';
}

/** The URL that Chromium is told for a URL of the main code. */
export function toServed(url: string): string {
  const { protocol: scheme, host } = new URL(url);
  if (!schemes.has(scheme.slice(0, -1))) return url;
  return url.replace(`${scheme}//${host}`, `https://${host}.${scheme.slice(0, -1)}.${DOMAIN}`);
}

/** The URL that the main code is told for a URL of Chromium. */
export function fromServed(url: string): string {
  return url.replace(SERVED, '$2://$1');
}
