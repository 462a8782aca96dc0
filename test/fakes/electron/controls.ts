import type { Notification } from './desktop.ts';
import type { TrayRecord } from './tray.ts';

/** A dialog that waits for a person; the test is that person. */
interface WaitingDialog {
  options: unknown;
  /** `value`: what the dialog's call resolves to, as in electron.d.ts. */
  answer(value: object): void;
}

/** What a test sees and does in place of the desktop: `app.evaluate(() => electronStandIn.records)`. */
export interface StandInControls {
  /** Calls whose effect lies outside the app and is only noted here, oldest first. */
  records: { api: string; args: unknown[] }[];
  dialogs: WaitingDialog[];
  notifications: Notification[];
  trays: TrayRecord[];
  /** What each registered accelerator runs. */
  shortcuts: Map<string, () => void>;
  /** What powerMonitor answers; its events are emitted by the test. */
  power: {
    idleSeconds: number;
    locked: boolean;
    onBattery: boolean;
    thermal: 'unknown' | 'nominal' | 'fair' | 'serious' | 'critical';
  };
}

declare global {
  /** Exists in the stand-in's main process alone: real Electron has no such name. */
  var electronStandIn: StandInControls;
}

export const controls: StandInControls = {
  records: [],
  dialogs: [],
  notifications: [],
  trays: [],
  shortcuts: new Map(),
  power: { idleSeconds: 0, locked: false, onBattery: false, thermal: 'nominal' },
};

/** Notes a call for the test. */
export function record(api: string, ...args: unknown[]): void {
  controls.records.push({ api, args });
}
