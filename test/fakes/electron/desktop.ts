import type * as Electron from 'electron';
import { controls, record } from './controls.ts';
import { type Faithful, loud, LoudEmitter } from './loud.ts';

const shellMembers = {
  beep: (): void => record('shell.beep'),
  openExternal: (url: string): Promise<void> => {
    record('shell.openExternal', url);
    return Promise.resolve();
  },
  openPath: (path: string): Promise<string> => {
    record('shell.openPath', path);
    return Promise.resolve('');
  },
  showItemInFolder: (path: string): void => record('shell.showItemInFolder', path),
};

/** Nothing leaves the app: what would open is recorded. */
export const shell = loud(
  'shell',
  shellMembers satisfies Faithful<Electron.Shell, typeof shellMembers>,
);

const dialogMembers = {
  showErrorBox: (title: string, content: string): void =>
    record('dialog.showErrorBox', title, content),
  showMessageBox: ask<Electron.MessageBoxReturnValue>('showMessageBox'),
  showOpenDialog: ask<Electron.OpenDialogReturnValue>('showOpenDialog'),
  showSaveDialog: ask<Electron.SaveDialogReturnValue>('showSaveDialog'),
};

/** A dialog stays open until the test answers it in `electronStandIn.dialogs`. */
export const dialog = loud(
  'dialog',
  dialogMembers satisfies Faithful<Electron.Dialog, typeof dialogMembers>,
);

function ask<Answer extends object>(api: 'showMessageBox' | 'showOpenDialog' | 'showSaveDialog') {
  return (...args: unknown[]): Promise<Answer> => {
    record(`dialog.${api}`, args.at(-1));
    return new Promise((resolve) => {
      const waiting = {
        options: args.at(-1),
        answer(value: Answer): void {
          controls.dialogs = controls.dialogs.filter((one) => one !== waiting);
          resolve(value);
        },
      };
      controls.dialogs.push(waiting);
    });
  };
}

/** A notification: in `electronStandIn.notifications` once shown; `.emit('click')` clicks it. */
export class Notification
  extends LoudEmitter
  implements Faithful<Electron.Notification, Notification>
{
  title: string;
  body: string;
  silent: boolean;

  constructor(options: Electron.NotificationConstructorOptions = {}) {
    super('show', 'click', 'close', 'action', 'failed');
    this.title = options.title ?? '';
    this.body = options.body ?? '';
    this.silent = options.silent ?? false;
  }

  static isSupported(): boolean {
    return true;
  }

  show(): void {
    controls.notifications.push(this);
    this.emit('show');
  }

  close(): void {
    controls.notifications = controls.notifications.filter((one) => one !== this);
    this.emit('close');
  }
}
