/* global URL, Response */
// A small app that uses what Offpeak's shell uses, for the stand-in's own tests.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeImage,
  net,
  Notification,
  protocol,
  safeStorage,
  session,
  shell,
  Tray,
} from 'electron';

const here = import.meta.dirname;
const DOT =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const CSP = "default-src 'self'";

app.setPath('userData', process.env.DEMO_USER_DATA);
protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);

const steps = []; // the order in which the app ended, printed for the test
let isQuitting = false;

if (!app.requestSingleInstanceLock({ from: 'demo' })) {
  console.log('another instance runs');
  app.exit(0);
} else {
  app.on('second-instance', (_event, argv, _cwd, data) => {
    steps.push(`second-instance ${argv.at(-1)} ${data.from}`);
  });
  app.on('before-quit', () => {
    isQuitting = true;
    steps.push('before-quit');
  });
  app.on('window-all-closed', () => steps.push('window-all-closed'));
  app.on('will-quit', () => steps.push('will-quit'));
  app.on('quit', () => console.log(`ended: ${[...steps, 'quit'].join(', ')}`));
  app.whenReady().then(start);
}

function start() {
  protocol.handle('app', async (request) => {
    const { pathname } = new URL(request.url);
    const response = await net.fetch(pathToFileURL(path.join(here, pathname)).href);
    return new Response(response.body, {
      headers: {
        'content-type': response.headers.get('content-type'),
        'content-security-policy': CSP,
      },
    });
  });
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) =>
    answer(false),
  );
  session.defaultSession.webRequest.onBeforeRequest(
    { urls: ['*://blocked.invalid/*'] },
    (_request, answer) => answer({ cancel: true }),
  );
  handleMessages();

  const window = new BrowserWindow({
    show: false,
    webPreferences: { preload: path.join(here, 'preload.cjs'), additionalArguments: ['--demo'] },
  });
  window.once('ready-to-show', () => window.show());
  window.on('closed', () => steps.push('closed'));
  window.on('close', (event) => {
    if (isQuitting) return;
    event.preventDefault();
    window.hide();
    new Notification({ title: 'Still here', body: 'in the tray' }).show();
  });
  window.webContents.on('will-navigate', (event, url) => {
    if (!url.startsWith('app://')) event.preventDefault();
  });
  window.webContents.setWindowOpenHandler(({ url }) => {
    shell.openExternal(url);
    return { action: 'deny' };
  });
  window.loadURL('app://ui/index.html');
  showTray();
}

function showTray() {
  const tray = new Tray(nativeImage.createFromDataURL(DOT));
  tray.setToolTip('Demo');
  tray.setContextMenu(
    Menu.buildFromTemplate([
      { id: 'pause', label: 'Pause', type: 'checkbox' },
      { type: 'separator' },
      {
        id: 'quit',
        label: 'Quit',
        click: async () => {
          const { response } = await dialog.showMessageBox({
            message: 'Quit?',
            buttons: ['No', 'Yes'],
          });
          if (response === 1) app.quit();
        },
      },
    ]),
  );
}

function handleMessages() {
  ipcMain.handle('echo', (_event, value) => value);
  ipcMain.handle('fail', () => {
    throw new TypeError('bad card');
  });
  ipcMain.handle('function', () => () => 1);
  ipcMain.handle('sender', ({ sender, senderFrame }) => ({
    url: senderFrame.url,
    origin: senderFrame.origin,
    isMainFrame: senderFrame === sender.mainFrame && senderFrame.parent === null,
  }));
  ipcMain.handle('keep', (_event, text) => {
    const secret = safeStorage.encryptString(text);
    return { isReadable: secret.includes(text), text: safeStorage.decryptString(secret) };
  });
  ipcMain.on('count', (event, upTo) => {
    for (let n = 1; n <= upTo; n += 1) event.reply('counted', n);
  });
}
