import type * as Electron from 'electron';
import { record } from './controls.ts';
import { invoke, ipcMain } from './ipc-main.ts';
import {
  type Faithful,
  loud,
  LoudEmitter,
  makeLoud,
  notImplemented,
  StandInEvent,
} from './loud.ts';
import type { Page, PageMessage } from './page.ts';
import { fromServed, originOf } from './protocol.ts';
import { session, settlePermissions } from './session.ts';
import { createCodec } from './world/codec.js';

const EVENTS = ['did-navigate', 'dom-ready', 'did-finish-load', 'did-fail-load'];
const GUARDS = ['will-navigate', 'will-frame-navigate', 'will-redirect', 'render-process-gone'];
// Web views are refused and pages never hang here, so the last three come by hand alone.
const RARE = ['preload-error', 'destroyed', 'will-attach-webview', 'unresponsive', 'responsive'];

/** Chromium's numbers (net_error_list.h) of the failures that loadURL tells apart. */
const ERRORS: Record<string, number> = {
  ERR_FAILED: -2,
  ERR_ABORTED: -3,
  ERR_FILE_NOT_FOUND: -6,
  ERR_BLOCKED_BY_CLIENT: -20,
  ERR_CONNECTION_REFUSED: -102,
  ERR_NAME_NOT_RESOLVED: -105,
};

type OpenHandler = Parameters<Electron.WebContents['setWindowOpenHandler']>[0];

const codec = createCodec();
let lastId = 0;

/** The frame that a message came from: only a window's main frame has a preload here. */
class MainFrame implements Faithful<Electron.WebFrameMain, MainFrame, 'parent' | 'top'> {
  url = '';
  readonly parent = null;
  readonly top = this;
  readonly detached = false;

  get origin(): string {
    return originOf(this.url);
  }
}

makeLoud(MainFrame);

/** The face of a page for main code. */
export class WebContents
  extends LoudEmitter
  implements Faithful<Electron.WebContents, WebContents, 'mainFrame' | 'session'>
{
  readonly id = ++lastId;
  readonly session = session.defaultSession;
  readonly mainFrame = new MainFrame();
  readonly #page: Page;
  readonly #close: () => void;
  #openHandler: OpenHandler = () => ({ action: 'allow' }); // as in Electron
  #isGone = false;

  /** `close`: asks the window to close. */
  constructor(page: Page, close: () => void) {
    super(...EVENTS, ...GUARDS, ...RARE);
    this.#page = page;
    this.#close = close;
    this.#listen();
  }

  getURL(): string {
    return this.mainFrame.url;
  }

  async loadURL(url: string): Promise<void> {
    const { href } = new URL(url);
    await settlePermissions(this, href);
    const loaded = new Promise<void>((resolve) => this.once('did-finish-load', resolve));
    const failure = await this.#page.navigate(href);
    if (failure === null) return loaded;
    const code = failure.replace('net::', '');
    const errno = ERRORS[code] ?? notImplemented(`loadURL failing with ${failure}`);
    this.emit('did-fail-load', new StandInEvent(), errno, code, href, true);
    throw Object.assign(new Error(`${code} (${errno}) loading '${href}'`), {
      code,
      errno,
      url: href,
    });
  }

  send(channel: string, ...args: unknown[]): void {
    if (this.#isGone) throw new TypeError('Object has been destroyed');
    void this.#page.deliver('message', channel, codec.encode(args));
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  close(): void {
    this.#close();
  }

  isDestroyed(): boolean {
    return this.#isGone;
  }

  forcefullyCrashRenderer(): void {
    void this.#page.crash();
  }

  #listen(): void {
    const page = this.#page;
    page.on('committed', (url) => {
      this.mainFrame.url = url;
      this.emit('did-navigate', new StandInEvent(), url, 200, 'OK');
    });
    page.on('dom-ready', () => this.emit('dom-ready', new StandInEvent()));
    page.on('loaded', () => this.emit('did-finish-load'));
    page.on('message', (message) => void this.#receive(message));
    page.on('crashed', () => {
      this.emit('render-process-gone', new StandInEvent(), { reason: 'crashed', exitCode: 139 });
    });
    page.on('gone', () => {
      this.#isGone = true;
      this.emit('destroyed');
    });
    page.on('navigation', (navigation) => {
      const { url, isMainFrame, isRedirect } = navigation;
      if (isRedirect) return this.emit('will-redirect', navigation, url, false, isMainFrame);
      this.emit('will-frame-navigate', navigation);
      if (isMainFrame) this.emit('will-navigate', navigation, url, false, true);
    });
  }

  async #receive(message: PageMessage): Promise<void> {
    switch (message.kind) {
      case 'open':
        this.#askToOpen(fromServed(message.url), message.frameName, message.features);
        return;
      case 'preload-error': {
        const error = codec.decode(message.payload);
        console.error('Unable to load preload script:', error);
        this.emit('preload-error', new StandInEvent(), '', error);
        return;
      }
      case 'send':
        ipcMain.emit(message.channel, this.#ipcEvent(), ...toArguments(message.payload));
        return;
      case 'invoke': {
        const { channel, id, payload } = message;
        const reply = await invoke(channel, this.#ipcEvent(), toArguments(payload));
        await this.#page.deliver(reply.kind, id, reply.payload);
      }
    }
  }

  #askToOpen(url: string, frameName: string, features: string): void {
    const { action } = this.#openHandler({
      url,
      frameName,
      features,
      disposition: features === '' ? 'foreground-tab' : 'new-window',
      referrer: { url: this.getURL(), policy: 'strict-origin-when-cross-origin' },
    });
    record('window.open', url, action);
    if (action === 'allow') notImplemented("setWindowOpenHandler with { action: 'allow' }");
  }

  #ipcEvent(): object {
    return loud('IpcMainEvent', {
      type: 'frame',
      sender: this,
      senderFrame: this.mainFrame,
      reply: (channel: string, ...args: unknown[]) => this.send(channel, ...args),
    });
  }
}

function toArguments(payload: string): unknown[] {
  const decoded = codec.decode(payload);
  return Array.isArray(decoded) ? decoded : [];
}
