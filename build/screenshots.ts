import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright';
import { findChromium } from '../test/e2e/support/chromium.ts';
import { startRealHost, untilJob } from '../test/fakes/host/real-host.ts';

/*
 * `npm run screenshots`: the pictures of the README, from the real interface on a real host that
 * has just been paid for real practice jobs. Nothing in them is drawn or made up.
 */

const out = join(import.meta.dirname, '..', 'docs', 'screenshots');
mkdirSync(out, { recursive: true });

const home = mkdtempSync(join(tmpdir(), 'offpeak-pictures-'));
const host = await startRealHost(home);
const browser = await chromium.launch(findChromium());
try {
  await untilJob(home, ({ outcome }) => outcome === 'paid');
  // The second job is shown while it runs.
  await untilJob(home, ({ state }) => state === 'running', 200_000);
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  await page.goto(host.url);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForTimeout(4_000);
  await inBothThemes(page, 'home');
  await untilJob(home, ({ outcome }) => outcome === 'paid');
  await page.getByRole('table').getByText('Paid').first().waitFor();
  await page.getByRole('link', { name: 'Jobs', exact: true }).click();
  await page.getByRole('table').getByRole('link').last().click();
  await page.getByRole('log').waitFor();
  await page.waitForTimeout(1_000);
  await inBothThemes(page, 'job');
} finally {
  await browser.close();
  await host.stop();
}

async function inBothThemes(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(out, `${name}-${colorScheme}.png`) });
  }
}
