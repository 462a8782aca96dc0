import { type App, type Session, shell, type WebContents } from 'electron';
import { APP_ORIGIN } from './app-scheme.ts';
import { mayOpenOutside } from './outside-links.ts';
import { isAllowed } from './permissions.ts';

/** Denies the page everything it does not need: permissions, navigation, windows, webviews. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(isAllowed(permission)),
  );
  session.setPermissionCheckHandler((_contents, permission) => isAllowed(permission));
  session.setDevicePermissionHandler(() => false);
}

/** Keeps every page of the app at our own origin and opens no second window. */
export function guardContents(app: App): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.on('will-navigate', (event) => {
      if (!event.url.startsWith(`${APP_ORIGIN}/`)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      if (mayOpenOutside(url)) void shell.openExternal(url);
      return { action: 'deny' };
    });
  });
}
