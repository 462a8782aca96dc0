import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type DevTools, devTools, type PausedRequest } from './chromium.ts';
import { notImplemented, StandInEvent } from './loud.ts';
import { fromServed, handlerOf, toServed } from './protocol.ts';
import { isCancelled } from './session.ts';

const WORLD = 'Electron Isolated Context';

/** What the two worlds of the page send; `payload` is for the codec. */
export type PageMessage =
  | { kind: 'send'; channel: string; payload: string }
  | { kind: 'invoke'; channel: string; payload: string; id: number }
  | { kind: 'open'; url: string; frameName: string; features: string }
  | { kind: 'preload-error'; payload: string };

/** A document that a frame wants; whoever listens may prevent it. */
class Navigation extends StandInEvent {
  readonly url: string;
  readonly isMainFrame: boolean;
  readonly isRedirect: boolean;
  readonly isSameDocument = false;

  constructor(url: string, isMainFrame: boolean, isRedirect: boolean) {
    super();
    this.url = url;
    this.isMainFrame = isMainFrame;
    this.isRedirect = isRedirect;
  }
}

interface PageEvents {
  committed: [url: string];
  'dom-ready': [];
  loaded: [];
  crashed: [];
  gone: [];
  message: [message: PageMessage];
  navigation: [navigation: Navigation];
}

export interface PageOptions {
  width: number;
  height: number;
  preload: string | undefined;
  additionalArguments: string[];
}

/** One page in Chromium: its preload, its messages, its requests. URLs are the main code's. */
export class Page extends EventEmitter<PageEvents> {
  readonly ready: Promise<void>;
  targetId = '';
  readonly #options: PageOptions;
  #tools: DevTools | null = null;
  /** Chromium's id of the preload's world in the present document. */
  #world: string | null = null;
  /** The document that the main code asked for: no guard is asked about it. */
  #expected = '';

  constructor(options: PageOptions) {
    super();
    this.#options = options;
    this.ready = this.#open();
  }

  /** Resolves with Chromium's error ("net::ERR_…") or null once the document has begun to load. */
  async navigate(url: string): Promise<string | null> {
    this.#expected = url;
    const tools = await this.#opened();
    const { errorText } = await tools.send('Page.navigate', { url: toServed(url) });
    return errorText ?? null;
  }

  /** Calls the preload's world; what arrives before it exists is lost, as in Electron. */
  async deliver(
    kind: 'message' | 'resolve' | 'reject',
    key: string | number,
    payload: string,
  ): Promise<void> {
    const call = [kind, key, payload].map((one) => JSON.stringify(one)).join();
    if (this.#world === null) return;
    const where = { uniqueContextId: this.#world, expression: `standInReceive(${call})` };
    // The document may have gone meanwhile.
    await this.#tools?.send('Runtime.evaluate', where).catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.ready;
    await devTools().send('Target.closeTarget', { targetId: this.targetId });
  }

  async crash(): Promise<void> {
    const tools = await this.#opened();
    await tools.send('Page.crash').catch(() => undefined); // it never answers
  }

  async #opened(): Promise<DevTools> {
    await this.ready;
    if (this.#tools === null) throw new Error('page without DevTools');
    return this.#tools;
  }

  async #open(): Promise<void> {
    const { width, height } = this.#options;
    const browser = devTools();
    const blank = { url: 'about:blank', newWindow: true, width, height };
    const { targetId } = await browser.send('Target.createTarget', blank);
    this.targetId = targetId;
    const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: true });
    const tools = devTools(sessionId);
    this.#tools = tools;
    this.#listenToBrowser(browser);
    this.#listenToPage(tools);
    await Promise.all([
      tools.send('Page.enable'),
      tools.send('Runtime.enable'),
      tools.send('Inspector.enable'),
      tools.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }),
      tools.send('Runtime.addBinding', { name: 'standInPost', executionContextName: WORLD }),
      ...this.#scripts().map((script) =>
        tools.send('Page.addScriptToEvaluateOnNewDocument', script),
      ),
    ]);
  }

  #listenToBrowser(browser: DevTools): void {
    browser.on('Target.targetDestroyed', ({ targetId }) => {
      if (targetId === this.targetId) this.emit('gone');
    });
    browser.on('Target.targetCreated', ({ targetInfo }) => {
      // world/page.js tells of the usual ways; this one has passed it by.
      if (targetInfo.openerId === this.targetId) notImplemented('a window by form or sub-frame');
    });
  }

  #listenToPage(tools: DevTools): void {
    let isBlank = true;
    tools.on('Page.frameNavigated', ({ frame }) => {
      if (frame.parentId !== undefined) return;
      isBlank = frame.url === 'about:blank';
      if (!isBlank) this.emit('committed', fromServed(frame.unreachableUrl ?? frame.url));
    });
    tools.on('Page.domContentEventFired', () => isBlank || this.emit('dom-ready'));
    tools.on('Page.loadEventFired', () => isBlank || this.emit('loaded'));
    tools.on('Inspector.targetCrashed', () => this.emit('crashed'));
    tools.on('Fetch.requestPaused', (paused) => void this.#answer(tools, paused));
    tools.on('Runtime.executionContextCreated', ({ context }) => {
      const isOurs = context.name === WORLD && context.auxData.frameId === this.targetId;
      if (isOurs) this.#world = context.uniqueId;
    });
    tools.on('Runtime.bindingCalled', ({ name, payload }) => {
      const message: unknown = JSON.parse(payload);
      if (name === 'standInPost' && isPageMessage(message)) this.emit('message', message);
    });
  }

  async #answer(tools: DevTools, paused: PausedRequest): Promise<void> {
    const { requestId, resourceType, request } = paused;
    const { method, headers, postData } = request;
    const url = fromServed(request.url);
    const handler = handlerOf(new URL(url).protocol.slice(0, -1));
    const fail = async (errorReason: 'Aborted' | 'BlockedByClient' | 'Failed'): Promise<void> => {
      await tools.send('Fetch.failRequest', { requestId, errorReason });
    };
    try {
      const isFavicon = resourceType === 'Other' && url.endsWith('/favicon.ico'); // Electron asks for none
      const isRefused = resourceType === 'Document' && !this.#mayNavigate(paused, url);
      if (isRefused || isFavicon) await fail('Aborted');
      else if (await isCancelled({ url, method, resourceType })) await fail('BlockedByClient');
      else if (!handler) await tools.send('Fetch.continueRequest', { requestId });
      else {
        const body = postData ?? null;
        const response = await handler(new Request(url, { method, headers, body }));
        await tools.send('Fetch.fulfillRequest', { requestId, ...(await toFulfilment(response)) });
      }
    } catch (error) {
      // A handler that throws fails the request (in Electron: net::ERR_UNEXPECTED).
      console.error(`request of ${url}:`, error);
      await fail('Failed').catch(() => undefined);
    }
  }

  /** Asks the guards about a document that the main code did not ask for. */
  #mayNavigate({ frameId, redirectedRequestId }: PausedRequest, url: string): boolean {
    const isMainFrame = frameId === this.targetId;
    if (isMainFrame && url === this.#expected) return true;
    const navigation = new Navigation(url, isMainFrame, redirectedRequestId !== undefined);
    this.emit('navigation', navigation);
    return !navigation.defaultPrevented;
  }

  /** The scripts of both worlds, run before any of the page's. Sub-frames get neither. */
  #scripts(): { source: string; worldName?: string }[] {
    const { preload, additionalArguments: argv } = this.#options;
    const token = randomUUID();
    const { electron, chrome, node } = process.versions;
    const shown = { type: 'renderer', sandboxed: true, contextIsolated: true, argv, env: {} };
    const { platform, arch } = process;
    const world = {
      token,
      process: { ...shown, platform, arch, versions: { electron, chrome, node } },
    };
    const text = preload === undefined ? '' : readFileSync(preload, 'utf8');
    const wrapped = `(require, module, exports, process) => {${text}\n}`;
    return [
      { source: inMainFrame('page.js', `startPageWorld(${JSON.stringify(token)})`) },
      {
        source: inMainFrame(
          'preload.js',
          `startPreloadWorld(${JSON.stringify(world)}, ${wrapped})`,
        ),
        worldName: WORLD,
      },
    ];
  }
}

async function toFulfilment(response: Response) {
  return {
    responseCode: response.status,
    responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
    body: Buffer.from(await response.arrayBuffer()).toString('base64'),
  };
}

function inMainFrame(file: string, start: string): string {
  const texts = ['codec.js', 'bridge.js', file].map((name) =>
    readFileSync(path.join(import.meta.dirname, 'world', name), 'utf8').replace(/^export /gm, ''),
  );
  return `if (window === window.top) (() => {${texts.join('\n')}\n${start}})();`;
}

function isPageMessage(value: unknown): value is PageMessage {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
