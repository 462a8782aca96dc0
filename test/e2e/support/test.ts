import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test as base } from 'playwright/test';
import { findChromium, NO_CHROMIUM } from './chromium.ts';
import { type ScriptedDashboard, scriptedDashboard } from './scripted-dashboard.ts';
import type { Scene } from './scene.ts';

interface Fixtures {
  /** Skips, loudly, where there is no browser. */
  readonly needsChromium: undefined;
  /**
   * What the browser complained about: errors of scripts, violations of the content security
   * policy, failed requests. A test ends well only when nothing is left in here.
   */
  readonly faults: string[];
  /** Serves a scene and opens it at this address after the #, Home without one. */
  readonly show: (scene: Scene, path?: string) => Promise<ScriptedDashboard>;
}

/** A test of the interface: a page, a scripted host, and no complaint of the browser. */
export const test = base.extend<Fixtures>({
  needsChromium: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the pattern
    async ({}, use) => {
      base.skip(!findChromium().executablePath, NO_CHROMIUM);
      await use(undefined);
    },
    { auto: true },
  ],
  faults: [
    async ({ page }, use) => {
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
      });
      await use(faults);
      expect(faults).toEqual([]);
    },
    { auto: true },
  ],
  show: async ({ page }, use) => {
    const open: ScriptedDashboard[] = [];
    await use(async (scene, path = '/') => {
      const dashboard = await scriptedDashboard(scene);
      open.push(dashboard);
      await page.goto(dashboard.url);
      await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
      if (path !== '/') await page.goto(new URL(`/#${path}`, dashboard.url).href);
      return dashboard;
    });
    await page.close();
    for (const dashboard of open) await dashboard.stop();
  },
});

/** What axe finds wrong with the page as it stands: one line per violation, best is none. */
export async function axeViolations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`,
    ),
  );
}

/** By how much the page is wider than its window. Pixels. */
export function tooWide(page: Page): Promise<number> {
  return page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
}
