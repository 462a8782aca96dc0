import type * as Electron from 'electron';
import { controls, record } from './controls.ts';
import { type Faithful, loud, LoudEmitter } from './loud.ts';

class PowerMonitor extends LoudEmitter implements Faithful<Electron.PowerMonitor, PowerMonitor> {
  constructor() {
    super('suspend', 'resume', 'on-ac', 'on-battery', 'shutdown', 'lock-screen', 'unlock-screen');
  }

  get onBatteryPower(): boolean {
    return controls.power.onBattery;
  }

  isOnBatteryPower(): boolean {
    return controls.power.onBattery;
  }

  getSystemIdleTime(): number {
    return controls.power.idleSeconds;
  }

  getSystemIdleState(thresholdSeconds: number): 'active' | 'idle' | 'locked' {
    if (controls.power.locked) return 'locked';
    return controls.power.idleSeconds >= thresholdSeconds ? 'idle' : 'active';
  }

  getCurrentThermalState(): ReturnType<Electron.PowerMonitor['getCurrentThermalState']> {
    return controls.power.thermal;
  }
}

/** Answers from `electronStandIn.power`; a test emits its events. */
export const powerMonitor = new PowerMonitor();

const blockers = new Set<number>();
let lastBlocker = 0;
const blockerMembers = {
  start: (type: 'prevent-app-suspension' | 'prevent-display-sleep'): number => {
    record('powerSaveBlocker.start', type);
    blockers.add(++lastBlocker);
    return lastBlocker;
  },
  stop: (id: number): boolean => blockers.delete(id),
  isStarted: (id: number): boolean => blockers.has(id),
};

export const powerSaveBlocker = loud(
  'powerSaveBlocker',
  blockerMembers satisfies Faithful<Electron.PowerSaveBlocker, typeof blockerMembers>,
);

const shortcutMembers = {
  register: (accelerator: string, run: () => void): boolean => {
    const isFree = !controls.shortcuts.has(accelerator);
    if (isFree) controls.shortcuts.set(accelerator, run);
    return isFree;
  },
  isRegistered: (accelerator: string): boolean => controls.shortcuts.has(accelerator),
  unregister: (accelerator: string): void => void controls.shortcuts.delete(accelerator),
  unregisterAll: (): void => controls.shortcuts.clear(),
};

export const globalShortcut = loud(
  'globalShortcut',
  shortcutMembers satisfies Faithful<Electron.GlobalShortcut, typeof shortcutMembers>,
);

class NativeTheme extends LoudEmitter implements Faithful<Electron.NativeTheme, NativeTheme> {
  #source: Electron.NativeTheme['themeSource'] = 'system';

  constructor() {
    super('updated');
  }

  /** The stand-in's system theme is light. Pages do not follow: Playwright sets their colour scheme. */
  get shouldUseDarkColors(): boolean {
    return this.#source === 'dark';
  }

  get themeSource(): Electron.NativeTheme['themeSource'] {
    return this.#source;
  }

  set themeSource(source: Electron.NativeTheme['themeSource']) {
    this.#source = source;
    this.emit('updated');
  }
}

export const nativeTheme = new NativeTheme();

const SCREEN = { x: 0, y: 0, width: 1920, height: 1080 };
const display = loud('Display', { id: 1, scaleFactor: 1, bounds: SCREEN, workArea: SCREEN });
const screenMembers = {
  getPrimaryDisplay: () => display,
  getAllDisplays: () => [display],
  getDisplayMatching: () => display,
};

export const screen = loud(
  'screen',
  screenMembers satisfies Faithful<
    Electron.Screen,
    typeof screenMembers,
    keyof typeof screenMembers
  >,
);
