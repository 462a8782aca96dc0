import { join } from 'node:path';
import { app, type BrowserWindow, session } from 'electron';
import { createHost, type Host } from '../app/host.ts';
import { offpeakHome } from '../app/platform/platform.ts';
import { serveView } from '../app/serve/view.ts';
import { declareAppScheme, serveAppScheme } from './app-scheme.ts';
import { reportFatal } from './fatal.ts';
import { guardContents, guardSession } from './guard.ts';
import { onView } from './ipc-wire.ts';
import { openLog } from './log.ts';
import { openWindow } from './window.ts';

// Bundled to dist/main/electron.js: everything else lies at fixed places from there.
const dist = join(import.meta.dirname, '..');

let window: BrowserWindow | null = null;

// The card is for the owner and for jobs, never for drawing this window.
app.disableHardwareAcceleration();
app.enableSandbox();
declareAppScheme();

if (app.requestSingleInstanceLock()) {
  guardContents(app);
  app.on('second-instance', () => showWindow());
  app.whenReady().then(start).catch(reportFatal);
} else {
  app.exit(0);
}

async function start(): Promise<void> {
  const home = offpeakHome(process.env);
  const host = createHost({
    home,
    assets: join(app.getAppPath(), 'assets'),
    version: app.getVersion(),
    env: process.env,
    log: openLog(home),
    childEntries: {
      practiceWorld: join(dist, 'main', 'practice-world.js'),
      nvidiaSmi: join(dist, 'main', 'nvidia-smi-child.js'),
      nvml: join(dist, 'main', 'nvml-child.js'),
      benchmark: join(dist, 'main', 'benchmark-child.js'),
      systemInformation: join(dist, 'main', 'system-information-child.js'),
    },
  });
  guardSession(session.defaultSession);
  serveAppScheme(join(dist, 'renderer'));
  await host.start();
  quitCleanly(host);
  app.on('activate', () => show(host));
  show(host);
}

function show(host: Host): void {
  if (window) return showWindow();
  window = openWindow(join(dist, 'main', 'preload.cjs'));
  onView(window.webContents, (wire) => serveView(host, wire));
  window.on('closed', () => (window = null));
}

function showWindow(): void {
  if (!window) return;
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

// Quitting leaves the queue and hands back a running job first, so that nothing of ours stays
// behind on the owner's card; a crash leaves the job running and the next start adopts it.
function quitCleanly(host: Host): void {
  let stopped = false;
  app.on('before-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    stopped = true;
    void host.stop({ handBack: true }).finally(() => app.quit());
  });
  app.on('window-all-closed', () => app.quit());
}
