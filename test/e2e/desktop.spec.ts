import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, expect, type Page, test } from 'playwright/test';
import { launchUnderStandIn, standInMissing } from '../fakes/electron/launch.ts';

/*
 * The desktop app: the real main process, the real preload and the real renderer. On a real
 * Electron where OFFPEAK_ELECTRON names its program, else on the stand-in (test/fakes/electron).
 */

const root = join(import.meta.dirname, '..', '..');
const electron = process.env.OFFPEAK_ELECTRON;
const missing = electron ? null : standInMissing();

test.skip(missing !== null, `no desktop here: ${missing ?? ''}`);
test.describe.configure({ mode: 'serial' });

const home = mkdtempSync(join(tmpdir(), 'offpeak-desktop-'));
let app: ElectronApplication;
let page: Page;

async function launch(): Promise<ElectronApplication> {
  // No engine and no card on purpose: the shell must stand without them.
  const env = { OFFPEAK_HOME: home, DOCKER_HOST: `unix://${home}/none.sock` };
  if (!electron) return await launchUnderStandIn(root, { env });
  const inherited = Object.entries(process.env).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value]],
  );
  const merged = { ...Object.fromEntries(inherited), ...env } as Record<string, string>;
  return await _electron.launch({ executablePath: electron, args: [root], env: merged });
}

test.beforeAll(async () => {
  app = await launch();
  page = await app.firstWindow();
  await page.getByRole('heading', { level: 1 }).waitFor();
});

test.afterAll(async () => {
  await app.close().catch(() => undefined);
});

test('opens a window that shows the host', async () => {
  await expect(page.getByRole('navigation')).toContainText('Practice network');
  await expect(page.getByRole('button', { name: /Take it back/ })).toBeVisible();
});

test('commands reach the host, and its state comes back', async () => {
  await page.getByRole('button', { name: /Take it back/ }).click();
  await expect(page.getByRole('button', { name: /Lend it/ })).toBeVisible();
  await page.getByRole('button', { name: /Lend it/ }).click();
  await expect(page.getByRole('button', { name: /Take it back/ })).toBeVisible();
});

test('gives the page three verbs and nothing else of Node or Electron', async () => {
  const seen = await page.evaluate(() => {
    const names = ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'];
    const bridge: unknown = Reflect.get(window, 'offpeak');
    const isObject = typeof bridge === 'object' && bridge !== null;
    return {
      leaked: names.filter((name) => name in window),
      verbs: isObject ? Object.keys(bridge).sort() : [],
      frozen: Object.isFrozen(bridge),
    };
  });
  expect(seen).toEqual({ leaked: [], verbs: ['connect', 'onMessage', 'send'], frozen: true });
});

test('keeps the window at its own pages, and opens no other', async () => {
  await page.evaluate(() => {
    const link = document.createElement('a');
    link.href = 'https://evil.example/';
    document.body.append(link);
    link.click();
    link.remove();
    window.open('https://evil.example/');
  });
  await page.waitForTimeout(300);
  const urls = await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => window.webContents.getURL().split('#')[0]),
  );
  expect(urls).toEqual(['app://offpeak/index.html']);
});

test('a reload is a new view of the same host', async () => {
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByRole('navigation')).toContainText('Practice network');
});

test('a second start ends at once, and the first one stays', async () => {
  const second = await launch().catch(() => null);
  if (second) await second.waitForEvent('close').catch(() => undefined);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});

test('quitting stops the host and frees its folder', async () => {
  const closed = app.waitForEvent('close');
  await app.evaluate(({ app: electronApp }) => electronApp.quit());
  await closed;
  app = await launch();
  page = await app.firstWindow();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});
