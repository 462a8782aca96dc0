import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ElectronApplication, Page } from 'playwright';
import { onTestFinished } from 'vitest';
import { launchUnderStandIn } from '../../fakes/electron/launch.ts';

export const DEMO = path.resolve(import.meta.dirname, '../../fakes/electron/demo');

/** What the demo's preload puts on window. */
interface Demo {
  arguments: string[];
  electron: string;
  list: unknown[];
  bytes: Uint8Array;
  firstByte: () => number;
  add: (a: number, b: number) => number;
  later: (value: unknown) => Promise<unknown>;
  fail: () => never;
  failLater: () => Promise<never>;
  symbol: () => symbol;
  each: (values: unknown[], visit: (value: unknown) => unknown) => unknown[];
  invoke: (channel: string, value?: unknown) => Promise<unknown>;
  count: (upTo: number, listener: (n: number) => void) => () => void;
  exposeAgain: () => void;
  sendSync: () => unknown;
}

declare global {
  /** In the demo's page. */
  var demo: Demo;
}

interface OpenDemo {
  app: ElectronApplication;
  page: Page;
  userData: string;
  close: () => Promise<void>;
}

/** The demo with its window loaded, until `close`. */
export async function startDemo(env: Record<string, string> = {}): Promise<OpenDemo> {
  const userData = mkdtempSync(path.join(tmpdir(), 'stand-in-demo-'));
  const app = await launchUnderStandIn(DEMO, { env: { DEMO_USER_DATA: userData, ...env } });
  const page = await app.firstWindow();
  // The window is at about:blank when Playwright hands it out.
  await page.waitForURL('**/index.html');
  const close = async (): Promise<void> => {
    await app.close();
    rmSync(userData, { recursive: true, force: true });
  };
  return { app, page, userData, close };
}

/** The demo with its window loaded, until the running test ends. */
export async function openDemo(env: Record<string, string> = {}): Promise<OpenDemo> {
  const opened = await startDemo(env);
  onTestFinished(opened.close);
  return opened;
}
