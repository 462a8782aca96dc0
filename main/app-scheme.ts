import { protocol } from 'electron';
import { readStatic } from '../app/serve/static-files.ts';
import { webPolicy } from '../app/serve/web-policy.ts';

/** Origin of our pages: an own scheme, so that no page is ever a file or a remote one. */
export const APP_ORIGIN = 'app://offpeak';

/** The page that the window opens. */
export const APP_URL = `${APP_ORIGIN}/index.html`;

/** Must run before the app is ready: makes our scheme a standard, secure one. */
export function declareAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the renderer's bundle under our scheme, with the same policy headers as over HTTP. */
export function serveAppScheme(folder: string): void {
  protocol.handle('app', async (request) => {
    const url = new URL(request.url);
    const file = url.host === 'offpeak' ? await readStatic(folder, url.pathname) : null;
    if (!file) return new Response('Not found', { status: 404, headers: { ...webPolicy } });
    return new Response(file.body, { headers: { ...webPolicy, 'content-type': file.type } });
  });
}
