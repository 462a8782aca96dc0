import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PROFILE_PREFIX } from '../../fakes/electron/chromium.ts';
import { standInMissing } from '../../fakes/electron/launch.ts';
import { DEMO, openDemo } from './demo.ts';

const missing = standInMissing();
const launcher = path.resolve(DEMO, '../electron');

describe.skipIf(missing !== null)(
  `the main process under the Electron stand-in (${missing ?? 'real Node'})`,
  () => {
    it('hides to the tray on close, and says so', async () => {
      const { app, page } = await openDemo();
      const window = await app.browserWindow(page);
      const isVisible = (): Promise<boolean> =>
        window.evaluate((one: Electron.BrowserWindow) => one.isVisible());
      await expect.poll(isVisible).toBe(true);
      await window.evaluate((one: Electron.BrowserWindow) => one.close());
      expect(
        await window.evaluate((one: Electron.BrowserWindow) => [
          one.isDestroyed(),
          one.isVisible(),
        ]),
      ).toEqual([false, false]);
      expect(
        await app.evaluate(() => electronStandIn.notifications.map((one) => one.title)),
      ).toEqual(['Still here']);
    });

    it('clicks the tray menu, waits in its dialog, and quits in order', async () => {
      const { app } = await openDemo();
      const seen = await app.evaluate(async () => {
        const [tray] = electronStandIn.trays;
        const pause = tray?.contextMenu?.getMenuItemById('pause');
        const quit = tray?.contextMenu?.getMenuItemById('quit');
        pause?.click();
        quit?.click();
        electronStandIn.dialogs[0]?.answer({ response: 0 });
        await new Promise((resolve) => setTimeout(resolve, 50));
        quit?.click();
        return {
          toolTip: tray?.toolTip,
          isPaused: pause?.checked,
          dialogs: electronStandIn.dialogs.length,
        };
      });
      expect(seen).toEqual({ toolTip: 'Demo', isPaused: true, dialogs: 1 });
      const printed = nextLine(app.process());
      const closed = app.waitForEvent('close');
      await app.evaluate(() => electronStandIn.dialogs[0]?.answer({ response: 1 }));
      await closed;
      expect(await printed).toBe('ended: before-quit, closed, will-quit, quit');
    });

    it('goes on without windows when main listens for that', async () => {
      const { app } = await openDemo();
      const printed = nextLine(app.process());
      await app.evaluate(({ app: main, BrowserWindow }) => {
        main.once('window-all-closed', () => main.exit(0));
        BrowserWindow.getAllWindows()[0]?.destroy();
      });
      expect(await printed).toBe('ended: closed, window-all-closed, quit');
    });

    it('has one instance, which hears of the second', async () => {
      const { app, userData } = await openDemo();
      const env = { ...process.env, DEMO_USER_DATA: userData };
      const second = await promisify(execFile)(launcher, [DEMO, 'a-link'], { env });
      expect(second.stdout).toContain('another instance runs');
      const printed = nextLine(app.process());
      await app.evaluate(({ app: main }) => main.exit(0)).catch(() => undefined);
      expect(await printed).toBe('ended: second-instance a-link demo, quit');
    });

    it('keeps secrets unreadable, and has no keyring when told so', async () => {
      const { page } = await openDemo();
      expect(await page.evaluate(() => demo.invoke('keep', 'my key'))).toEqual({
        isReadable: false,
        text: 'my key',
      });
      const { app } = await openDemo({ STAND_IN_KEYRING: 'basic_text' });
      expect(await app.evaluate(({ safeStorage }) => safeStorage.getSelectedStorageBackend())).toBe(
        'basic_text',
      );
      expect(
        await app.evaluate(({ safeStorage }) => safeStorage.isAsyncEncryptionAvailable()),
      ).toBe(false);
    });

    it('answers power, theme and shortcuts as the test sets them', async () => {
      const { app } = await openDemo();
      const seen = await app.evaluate(({ globalShortcut, nativeTheme, powerMonitor, screen }) => {
        let suspended = 0;
        powerMonitor.on('suspend', () => (suspended += 1));
        powerMonitor.emit('suspend');
        electronStandIn.power.idleSeconds = 90;
        globalShortcut.register('Ctrl+Y', () => (suspended += 10));
        electronStandIn.shortcuts.get('Ctrl+Y')?.();
        nativeTheme.themeSource = 'dark';
        return [
          suspended,
          powerMonitor.getSystemIdleState(60),
          nativeTheme.shouldUseDarkColors,
          screen.getAllDisplays().length,
        ];
      });
      expect(seen).toEqual([11, 'idle', true, 1]);
    });

    it('is loud about all that it lacks', async () => {
      const { app } = await openDemo();
      const texts = await app.evaluate((electron) => {
        const of = (run: () => unknown): string => {
          try {
            return `passed with ${String(run())}`;
          } catch (error) {
            return error instanceof Error ? error.message : '';
          }
        };
        const [window] = electron.BrowserWindow.getAllWindows();
        return [
          of(() => electron.app.getGPUInfo('basic')),
          of(() => electron.shell.trashItem('/x')),
          of(() => electron.autoUpdater.checkForUpdates()),
          of(() => new electron.WebContentsView()),
          of(() => window?.setKiosk(true)),
          of(() => electron.BrowserWindow.fromId(1)),
          of(() => window?.webContents.on('audio-state-changed', () => undefined)),
          of(() => new electron.BrowserWindow({ webPreferences: { sandbox: false } })),
          of(() => electron.Menu.buildFromTemplate([{ role: 'zoomIn' }]).items[0]?.click()),
        ];
      });
      expect(texts).toEqual(
        [
          'App.getGPUInfo',
          'shell.trashItem',
          'autoUpdater.checkForUpdates',
          'WebContentsView',
          'BrowserWindow.setKiosk',
          'BrowserWindow.fromId',
          "WebContents event 'audio-state-changed'",
          'webPreferences.sandbox: false',
          "MenuItem role 'zoomIn'",
        ].map((what) => `${what} is not implemented in the Electron stand-in`),
      );
    });

    it('ends rather than open a window without asking main', async () => {
      const { app, page } = await openDemo();
      const errors: string[] = [];
      app.process().stderr?.on('data', (chunk) => errors.push(String(chunk)));
      const closed = app.waitForEvent('close');
      const submit =
        'Object.assign(document.body.appendChild(document.createElement("form")), { target: "x" }).submit()';
      await page.locator('h1').click(); // Chromium opens windows for people alone
      await page.evaluate(submit).catch(() => undefined);
      await closed;
      expect(errors.join('')).toContain('a window by form or sub-frame is not implemented');
    });

    it('says its own path where Electron does, and forks plain Node', async () => {
      const { app } = await openDemo();
      expect(await app.evaluate(() => process.execPath)).toBe(launcher);
      const code = await app.evaluate(() => {
        const { fork } = process.getBuiltinModule('node:child_process');
        return new Promise((resolve) => fork('-e', ['process.exit(7)']).on('exit', resolve));
      });
      expect(code).toBe(7);
    });

    it.each(['SIGTERM', 'SIGKILL'] as const)(
      'leaves no profile behind after %s',
      async (signal) => {
        // A temporary folder of its own, as others may run the stand-in meanwhile.
        const temporary = mkdtempSync(path.join(tmpdir(), 'stand-in-profiles-'));
        onTestFinished(() => rmSync(temporary, { recursive: true }));
        const { app } = await openDemo({ TMPDIR: temporary });
        expect(readdirSync(temporary)).toEqual([expect.stringMatching(`^${PROFILE_PREFIX}`)]);
        const closed = app.waitForEvent('close');
        app.process().kill(signal);
        await closed;
        await expect.poll(() => readdirSync(temporary), { timeout: 10_000 }).toEqual([]);
      },
    );
  },
);

/** The next line that the app prints. */
function nextLine(of: { stdout: NodeJS.ReadableStream | null }): Promise<string> {
  return new Promise((resolve) =>
    of.stdout?.once('data', (chunk) => resolve(String(chunk).trim())),
  );
}
