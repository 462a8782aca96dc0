import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { accessSync, constants, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Readable, Writable } from 'node:stream';
import type { CDPSession } from 'playwright';

/** What the stand-in hears from Chromium (Chrome DevTools Protocol), and the fields it reads. */
interface ChromiumEvents {
  'Fetch.requestPaused': PausedRequest;
  'Inspector.targetCrashed': object;
  'Page.domContentEventFired': object;
  'Page.frameNavigated': { frame: { parentId?: string; url: string; unreachableUrl?: string } };
  'Page.loadEventFired': object;
  'Runtime.bindingCalled': { name: string; payload: string };
  'Runtime.executionContextCreated': {
    context: { name: string; uniqueId: string; auxData: { frameId: string } };
  };
  'Target.targetCreated': { targetInfo: { targetId: string; openerId?: string } };
  'Target.targetDestroyed': { targetId: string };
}

export interface PausedRequest {
  requestId: string;
  frameId: string;
  resourceType: string;
  redirectedRequestId?: string;
  request: { url: string; method: string; headers: Record<string, string>; postData?: string };
}

/** One conversation over the pipe: with a page, or (without id) with the browser. */
export interface DevTools {
  send: CDPSession['send'];
  on<E extends keyof ChromiumEvents>(event: E, listener: (of: ChromiumEvents[E]) => void): void;
}

interface Incoming {
  id?: number;
  method?: string;
  sessionId?: string;
  params?: unknown;
  result?: unknown;
  error?: { message: string };
}

interface Waiting {
  // A method, not a property: the protocol's types are trusted at this one place.
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** Folders of started Chromiums begin so; each holds a profile and goes when its Chromium ends. */
export const PROFILE_PREFIX = 'electron-stand-in-';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

let running: ((sessionId?: string) => DevTools) | null = null;

/** Opens a conversation with the page of that session, or without an id with the browser itself. */
export function devTools(sessionId?: string): DevTools {
  if (running === null) throw new Error('Chromium has not been started');
  return running(sessionId);
}

/** Path of Chromium (CHROMIUM_PATH, else the usual names on PATH), or null where there is none. */
export function findChromium(): string | null {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const places = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  const given = process.env['CHROMIUM_PATH'];
  return (given === undefined ? places : [given]).find(isExecutable) ?? null;
}

/** Starts Chromium with a fresh profile and resolves with its version. `onGone`: it has ended. */
export async function startChromium(switches: string[], onGone: () => void): Promise<string> {
  const browser = findChromium();
  if (browser === null) throw new Error(`no Chromium found: set CHROMIUM_PATH (${NAMES.join()})`);
  const folder = mkdtempSync(path.join(tmpdir(), PROFILE_PREFIX));
  const guard = path.join(import.meta.dirname, 'chromium-guard.sh');
  const child = spawn(guard, [folder, browser, ...flags(folder), ...switches], {
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [, , stderr, write, read] = child.stdio;
  if (!(stderr instanceof Readable && write instanceof Writable && read instanceof Readable)) {
    throw new Error('Chromium has no pipes');
  }
  createInterface({ input: stderr }).on('line', (line) => {
    // Playwright waits for this line on our standard error. The rest is Chromium's chatter.
    const wanted = line.startsWith('DevTools listening') || process.env['STAND_IN_DEBUG'];
    if (wanted) process.stderr.write(`${line}\n`);
  });
  running = talkOver(write, read, onGone);
  await devTools().send('Target.setDiscoverTargets', { discover: true });
  const { product } = await devTools().send('Browser.getVersion');
  return product.replace(/^.*\//, '');
}

function flags(folder: string): string[] {
  return [
    `--user-data-dir=${path.join(folder, 'profile')}`,
    '--headless=new',
    '--remote-debugging-pipe',
    '--no-startup-window',
    '--no-first-run',
    '--no-sandbox', // Chromium refuses to run as root otherwise; the page's world stays isolated
    '--disable-gpu',
    '--disable-quic',
    '--disable-sync',
    '--disable-breakpad',
    '--disable-background-networking',
    '--disable-component-update',
    '--password-store=basic',
  ];
}

/** Messages are JSON, each ended by a zero byte (--remote-debugging-pipe). */
function talkOver(write: Writable, read: Readable, onGone: () => void): typeof devTools {
  const events = new EventEmitter({ captureRejections: false }).setMaxListeners(0);
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let rest = '';
  write.on('error', () => undefined); // its end is told by `read`
  read.setEncoding('utf8').on('data', (chunk: string) => {
    const texts = (rest + chunk).split('\0');
    rest = texts.pop() ?? '';
    for (const text of texts) deliver(text);
  });
  read.on('close', () => {
    for (const one of waiting.values()) one.reject(new Error('Chromium has ended'));
    onGone();
  });

  function deliver(text: string): void {
    const message: unknown = JSON.parse(text);
    if (!isIncoming(message)) return;
    const { id, error } = message;
    if (id === undefined) {
      events.emit(`${message.sessionId ?? ''} ${message.method ?? ''}`, message.params);
      return;
    }
    if (error) waiting.get(id)?.reject(new Error(`Chromium: ${error.message}`));
    else waiting.get(id)?.resolve(message.result);
    waiting.delete(id);
  }

  return (sessionId) => ({
    send: (method, params) =>
      new Promise((resolve, reject) => {
        waiting.set(++lastId, { resolve, reject });
        write.write(`${JSON.stringify({ id: lastId, method, params, sessionId })}\0`);
      }),
    on: (event, listener) => void events.on(`${sessionId ?? ''} ${event}`, listener),
  });
}

function isIncoming(value: unknown): value is Incoming {
  return typeof value === 'object' && value !== null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
