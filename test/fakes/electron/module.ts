/** What `electron` resolves to in the main process. */
import type * as Electron from 'electron';
import { notImplemented } from './loud.ts';

export { app } from './app.ts';
export { BrowserWindow, webContents } from './browser-window.ts';
export { dialog, Notification, shell } from './desktop.ts';
export { ipcMain } from './ipc-main.ts';
export { Menu, MenuItem } from './menu.ts';
export { net, protocol } from './protocol.ts';
export { safeStorage } from './safe-storage.ts';
export { session } from './session.ts';
export { globalShortcut, nativeTheme } from './system.ts';
export { powerMonitor, powerSaveBlocker, screen } from './system.ts';
export { nativeImage, Tray } from './tray.ts';

/** The rest can be imported, as from Electron, and throws when it is used. */
export const {
  autoUpdater,
  BaseWindow,
  BrowserView,
  clipboard,
  contentTracing,
  crashReporter,
  desktopCapturer,
  inAppPurchase,
  MessageChannelMain,
  netLog,
  pushNotifications,
  systemPreferences,
  TouchBar,
  utilityProcess,
  View,
  WebContentsView,
  webFrameMain,
} = new Proxy<Partial<Record<keyof typeof Electron, object>>>(
  {},
  { get: (_, name) => absent(String(name)) },
);

function absent(name: string): object {
  return new Proxy(Object, {
    construct: () => notImplemented(name),
    get: (_, key) => (key === 'then' ? undefined : notImplemented(`${name}.${String(key)}`)),
  });
}
