import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Electron from 'electron';
import { app, lifecycle, windowGone } from './app.ts';
import { allowed, type Faithful, loud, LoudEmitter, notImplemented, StandInEvent } from './loud.ts';
import { Page } from './page.ts';
import { WebContents } from './web-contents.ts';

const EVENTS = ['ready-to-show', 'show', 'hide', 'focus', 'blur', 'minimize', 'restore'];
const ENDS = ['close', 'closed', 'query-session-end', 'session-end']; // the last two by hand

/** The preferences that open a door the stand-in has not built, with their only value here. */
const LOCKED = {
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInSubFrames: false,
  nodeIntegrationInWorker: false,
  sandbox: true,
  webSecurity: true,
  webviewTag: false,
} as const satisfies Electron.WebPreferences;

const windows = new Map<BrowserWindow, Page>();
let focused: BrowserWindow | null = null;

/** A window: its page is a real page of Chromium, its frame on the desktop is a record. */
export class BrowserWindow
  extends LoudEmitter
  implements Faithful<Electron.BrowserWindow, BrowserWindow, 'webContents'>
{
  readonly id: number;
  readonly webContents: WebContents;
  readonly #page: Page;
  #isVisible: boolean;
  #isMinimized = false;

  constructor(options: Electron.BrowserWindowConstructorOptions = {}) {
    super(...EVENTS, ...ENDS);
    if (!lifecycle.ready) throw new Error('Cannot create BrowserWindow before app is ready');
    const preferences = options.webPreferences ?? {};
    refuseUnlocked(preferences);
    const { width = 800, height = 600 } = options;
    this.#isVisible = options.show !== false;
    const { preload, additionalArguments = [] } = preferences;
    this.#page = new Page({ width, height, preload, additionalArguments });
    this.webContents = new WebContents(this.#page, () => this.close());
    this.id = this.webContents.id;
    windows.set(this, this.#page);
    lifecycle.windows.add(this);
    this.#listen();
    if (this.#isVisible) setFocused(this);
    app.emit('web-contents-created', new StandInEvent(), this.webContents);
    app.emit('browser-window-created', new StandInEvent(), this);
  }

  static getAllWindows(): BrowserWindow[] {
    return [...windows.keys()];
  }

  static fromWebContents(contents: WebContents): BrowserWindow | null {
    return BrowserWindow.getAllWindows().find((one) => one.webContents === contents) ?? null;
  }

  static getFocusedWindow(): BrowserWindow | null {
    return focused;
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }

  loadFile(file: string): Promise<void> {
    return this.loadURL(pathToFileURL(path.resolve(lifecycle.folder, file)).href);
  }

  close(): void {
    if (lifecycle.closing.has(this) || !windows.has(this)) return;
    if (allowed(this, 'close')) this.destroy();
  }

  destroy(): void {
    if (lifecycle.closing.has(this) || !windows.has(this)) return;
    lifecycle.closing.add(this);
    void this.#page.close();
  }

  isDestroyed(): boolean {
    return !windows.has(this);
  }

  show(): void {
    this.showInactive();
    this.focus();
  }

  showInactive(): void {
    if (this.#isVisible) return;
    this.#isVisible = true;
    this.emit('show');
  }

  hide(): void {
    if (!this.#isVisible) return;
    this.#isVisible = false;
    if (focused === this) focused = null;
    this.emit('hide');
  }

  isVisible(): boolean {
    return this.#isVisible && windows.has(this);
  }

  focus(): void {
    if (focused === this) return;
    focused?.emit('blur');
    setFocused(this);
    this.emit('focus');
  }

  isFocused(): boolean {
    return focused === this;
  }

  minimize(): void {
    this.#isMinimized = true;
    this.emit('minimize');
  }

  restore(): void {
    this.#isMinimized = false;
    this.emit('restore');
  }

  isMinimized(): boolean {
    return this.#isMinimized;
  }

  #listen(): void {
    this.#page.once('dom-ready', () => this.emit('ready-to-show'));
    this.#page.on('crashed', () => {
      const details = { reason: 'crashed', exitCode: 139 };
      app.emit('render-process-gone', new StandInEvent(), this.webContents, details);
    });
    this.#page.once('gone', () => {
      windows.delete(this);
      if (focused === this) focused = null;
      this.emit('closed');
      windowGone(this);
    });
  }
}

const webContentsMembers = {
  getAllWebContents: () => BrowserWindow.getAllWindows().map((one) => one.webContents),
  fromId: (id: number) => webContentsMembers.getAllWebContents().find((one) => one.id === id),
  /** What Playwright asks to find the window of its page. */
  fromDevToolsTargetId: (id: string) =>
    [...windows].find(([, page]) => page.targetId === id)?.[0].webContents,
};

export const webContents = loud(
  'webContents',
  webContentsMembers satisfies Faithful<
    typeof Electron.webContents,
    typeof webContentsMembers,
    keyof typeof webContentsMembers
  >,
);

function refuseUnlocked(preferences: Electron.WebPreferences): void {
  const asked: Record<string, unknown> = { ...LOCKED, ...preferences };
  for (const [name, only] of Object.entries(LOCKED)) {
    if (asked[name] !== only) notImplemented(`webPreferences.${name}: ${String(asked[name])}`);
  }
}

function setFocused(window: BrowserWindow): void {
  focused = window;
}
