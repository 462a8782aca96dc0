import { BrowserWindow } from 'electron';
import { APP_URL } from './app-scheme.ts';
import { webPreferences } from './web-preferences.ts';

/** Opens the one window on our own bundle; it shows itself when the first frame is painted. */
export function openWindow(preload: string): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 840,
    minWidth: 640,
    minHeight: 480,
    show: false,
    title: 'Offpeak',
    autoHideMenuBar: true,
    webPreferences: { ...webPreferences, preload },
  });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(APP_URL);
  return window;
}
