import { mkdirSync } from 'node:fs';
import type { Server } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import type * as Electron from 'electron';
import { record } from './controls.ts';
import { allowed, type Faithful, loud, LoudEmitter, StandInEvent } from './loud.ts';
import { takeLock } from './single-instance.ts';

type PathName = Parameters<Electron.App['getPath']>[0];

interface OpenWindow {
  close(): void;
}

/** Which app runs, how it was started, and what App and BrowserWindow both need to know. */
export const lifecycle = {
  folder: process.cwd(),
  version: '0.0.0',
  switches: new Map<string, string>(),
  ready: false,
  whenReady: Promise.withResolvers<undefined>(),
  quitting: false,
  windows: new Set<OpenWindow>(),
  /** Windows whose closing nobody prevented; gone as soon as Chromium says so. */
  closing: new Set<OpenWindow>(),
};

const EVENTS = [
  'ready',
  'window-all-closed',
  'before-quit',
  'will-quit',
  'quit',
  'second-instance',
];
const WINDOW_EVENTS = ['browser-window-created', 'web-contents-created', 'render-process-gone'];
const BY_HAND = ['activate', 'child-process-gone'];

class App extends LoudEmitter implements Faithful<Electron.App, App, 'commandLine'> {
  readonly isPackaged = process.env['STAND_IN_PACKAGED'] !== undefined;
  name = 'Electron';
  readonly commandLine = loud(
    'commandLine',
    commandLine satisfies Faithful<Electron.CommandLine, typeof commandLine>,
  );
  readonly #paths = new Map<string, string>();
  #lock: Server | null = null;
  #startsAtLogin = false;

  constructor() {
    super(...EVENTS, ...WINDOW_EVENTS, ...BY_HAND);
  }

  isReady(): boolean {
    return lifecycle.ready;
  }

  whenReady(): Promise<void> {
    return lifecycle.whenReady.promise;
  }

  getName(): string {
    return this.name;
  }

  getVersion(): string {
    return lifecycle.version;
  }

  getAppPath(): string {
    return lifecycle.folder;
  }

  getLocale(): string {
    return 'en-US';
  }

  getPath(name: PathName): string {
    const config = process.env['XDG_CONFIG_HOME'] ?? path.join(homedir(), '.config');
    const userData = this.#paths.get('userData') ?? path.join(config, this.name);
    const known: Partial<Record<PathName, string>> = {
      home: homedir(),
      appData: config,
      userData,
      sessionData: userData,
      logs: path.join(userData, 'logs'),
      temp: tmpdir(),
      exe: process.execPath,
      desktop: path.join(homedir(), 'Desktop'),
      documents: path.join(homedir(), 'Documents'),
      downloads: path.join(homedir(), 'Downloads'),
    };
    const found = this.#paths.get(name) ?? known[name];
    if (found === undefined) throw new Error(`Failed to get '${name}' path`);
    return found;
  }

  setPath(name: string, folder: string): void {
    this.#paths.set(name, folder);
  }

  setAppUserModelId(id: string): void {
    record('app.setAppUserModelId', id);
  }

  setLoginItemSettings(settings: Electron.Settings): void {
    record('app.setLoginItemSettings', settings);
    this.#startsAtLogin = settings.openAtLogin ?? false;
  }

  getLoginItemSettings(): Electron.LoginItemSettings {
    const openAtLogin = this.#startsAtLogin;
    return {
      openAtLogin,
      wasOpenedAtLogin: false,
      status: openAtLogin ? 'enabled' : 'not-registered',
      executableWillLaunchAtLogin: openAtLogin,
      launchItems: [],
    };
  }

  disableHardwareAcceleration(): void {
    if (lifecycle.ready) {
      throw new Error('app.disableHardwareAcceleration() can only be called before app is ready');
    }
    // Chromium runs without a graphics card here anyway.
    record('app.disableHardwareAcceleration');
  }

  enableSandbox(): void {
    if (lifecycle.ready)
      throw new Error('app.enableSandbox() can only be called before app is ready');
  }

  requestSingleInstanceLock(data: object = {}): boolean {
    const folder = this.getPath('userData');
    mkdirSync(folder, { recursive: true });
    this.#lock ??= takeLock(folder, { argv: process.argv, cwd: process.cwd(), data }, (second) =>
      this.emit('second-instance', new StandInEvent(), second.argv, second.cwd, second.data),
    );
    return this.hasSingleInstanceLock();
  }

  hasSingleInstanceLock(): boolean {
    return this.#lock !== null;
  }

  releaseSingleInstanceLock(): void {
    this.#lock?.close();
    this.#lock = null;
  }

  quit(): void {
    if (lifecycle.quitting || !allowed(this, 'before-quit')) return;
    lifecycle.quitting = true;
    for (const window of [...lifecycle.windows]) {
      window.close();
      // One window that stays open cancels quitting, as in Electron.
      lifecycle.quitting = lifecycle.closing.has(window) || !lifecycle.windows.has(window);
      if (!lifecycle.quitting) return;
    }
    finishQuitting();
  }

  exit(code = 0): void {
    this.emit('quit', new StandInEvent(), code);
    // Not at once: code after app.exit() still runs in Electron.
    setImmediate(() => process.exit(code));
  }
}

const commandLine = {
  appendSwitch(name: string, value = ''): void {
    lifecycle.switches.set(name, value);
  },
  hasSwitch: (name: string): boolean => lifecycle.switches.has(name),
  getSwitchValue: (name: string): string => lifecycle.switches.get(name) ?? '',
};

export const app = new App();

/** Says that a window has gone: the app goes on quitting, or tells that none is left. */
export function windowGone(window: OpenWindow): void {
  lifecycle.windows.delete(window);
  lifecycle.closing.delete(window);
  if (lifecycle.quitting) finishQuitting();
  else if (lifecycle.windows.size === 0 && !app.emit('window-all-closed')) app.quit();
}

function finishQuitting(): void {
  if (lifecycle.windows.size > 0) return;
  if (allowed(app, 'will-quit')) app.exit();
  else lifecycle.quitting = false;
}
