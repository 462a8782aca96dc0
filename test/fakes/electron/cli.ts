/** The stand-in's command line: `electron [switches] [-r module] <app folder or file> [arguments]`. */
import { existsSync, readFileSync } from 'node:fs';
import inspector from 'node:inspector';
import { createRequire, registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { app, lifecycle } from './app.ts';
import { startChromium } from './chromium.ts';
import { controls } from './controls.ts';

const Manifest = z.object({
  main: z.string().default('index.js'),
  name: z.string().optional(),
  productName: z.string().optional(),
  version: z.string().default('0.0.0'),
});

const require = createRequire(import.meta.url);
const launcher = path.join(import.meta.dirname, 'electron');
const given = process.argv.slice(2);
const { preloads, program } = parse(given);
const main = findMain(program);

becomeElectron();
await start();

function parse(args: string[]): { preloads: string[]; program: string } {
  const modules: string[] = [];
  let found: string | null = null;
  for (let at = 0; at < args.length; at += 1) {
    const one = args[at] ?? '';
    // Chromium reads switches anywhere on the line, so Electron knows those behind the app as well.
    const [, name, value = ''] = /^--([^=]+)=?(.*)$/.exec(one) ?? [];
    if (name !== undefined) lifecycle.switches.set(name, value);
    else if (found === null && one === '-r') modules.push(args[++at] ?? '');
    else found ??= one;
  }
  return { preloads: modules, program: path.resolve(found ?? '.') };
}

function findMain(place: string): string {
  const file = path.join(place, 'package.json');
  if (!existsSync(file)) {
    lifecycle.folder = path.dirname(place);
    return place;
  }
  const manifest = Manifest.parse(JSON.parse(readFileSync(file, 'utf8')));
  lifecycle.folder = place;
  lifecycle.version = manifest.version;
  app.name = manifest.productName ?? manifest.name ?? app.name;
  return path.join(place, manifest.main);
}

/** Makes this Node process look to main code as Electron's main process does. */
function becomeElectron(): void {
  const { version } = Manifest.parse(require('electron/package.json'));
  Object.defineProperty(process, 'versions', { value: { ...process.versions, electron: version } });
  Object.assign(process, {
    argv: [launcher, ...given],
    execPath: launcher, // so that code which takes it for Node fails here as it does in Electron
    type: 'browser',
    defaultApp: !app.isPackaged,
    resourcesPath: path.join(lifecycle.folder, 'resources'),
  });
  globalThis.electronStandIn = controls;
  const url = pathToFileURL(path.join(import.meta.dirname, 'module.ts')).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      /^electron(\/(main|common))?$/.test(specifier)
        ? { url, format: 'module-typescript', shortCircuit: true }
        : next(specifier, context),
  });
}

async function start(): Promise<void> {
  for (const preload of preloads) require(preload);
  if (lifecycle.switches.has('inspect')) {
    inspector.open(Number(lifecycle.switches.get('inspect')));
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => app.quit());
  setInterval(() => undefined, 2 ** 30); // the main process lives until it is told to quit
  const port = lifecycle.switches.get('remote-debugging-port');
  const chromium = startChromium(
    port === undefined ? [] : [`--remote-debugging-port=${port}`],
    () => {
      console.error('Chromium has ended: nothing can be shown any more');
      process.exit(1);
    },
  );
  // As in Electron, ready waits until the main module has been evaluated.
  await import(pathToFileURL(main).href);
  const chrome = await chromium;
  Object.defineProperty(process, 'versions', { value: { ...process.versions, chrome } });
  lifecycle.ready = true;
  lifecycle.whenReady.resolve(undefined);
  app.emit('ready', {}, {});
}
