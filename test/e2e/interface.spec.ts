import { readFile } from 'node:fs/promises';
import type { Locator, WebSocketRoute } from 'playwright/test';
import { expect } from 'playwright/test';
import { aCard, cardsState } from './support/scripted-cards.ts';
import { jobPath, screens } from './support/screens.ts';
import { inQueue, oneCard, pulling, working } from './support/scenes.ts';
import { nothingWorks } from './support/scenes-start.ts';
import { ends, hostileJob } from './support/scenes-ends.ts';
import { manyJobs, yielded } from './support/scenes-history.ts';
import { axeViolations, test, tooWide } from './support/test.ts';

/*
 * The interface in a real browser, served by the real server, on a host that only acts its part.
 * Each test also fails on any error or content policy violation that the browser reports.
 */

test.describe('every screen', () => {
  for (const screen of screens) {
    test(`${screen.name}: is accessible in both colour schemes and fits every window`, async ({
      page,
      show,
    }) => {
      const scene = screen.scene();
      await show(scene, screen.path(scene));
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(screen.heading);
      await expect(page).toHaveTitle(/. · Offpeak$/);
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await axeViolations(page)).toEqual([]);
      }
      for (const width of [1280, 900, 640, 400]) {
        await page.setViewportSize({ width, height: 820 });
        expect(await tooWide(page), `at ${width} pixels`).toBe(0);
      }
    });
  }
});

test.describe('Home', () => {
  test('says what is missing, why it matters and what to do', async ({ page, show }) => {
    await show(nothingWorks());
    const now = page.getByRole('region', { name: 'No container engine was found' });
    await expect(now).toContainText('Needs you');
    await expect(now).toContainText('Jobs run in containers.');
    await expect(now).toContainText('Install Docker');
    await expect(now.getByRole('link', { name: 'docs.docker.com/engine/install' })).toBeVisible();
    const missing = page.getByRole('region', { name: 'This is missing too' });
    await expect(missing).toContainText('There is no NVIDIA driver on this computer');
    await expect(missing).toContainText('Practice jobs run on the processor meanwhile.');
    await expect(missing).toContainText('Install the driver for your card');
    // The engine's remedy stands in the headline alone.
    await expect(missing).not.toContainText('Docker');
    await expect(page.getByRole('link', { name: 'Doctor 2 problems' })).toBeVisible();
  });

  test('lets the doctor look again', async ({ page, show }) => {
    const host = await show(nothingWorks());
    await page.getByRole('button', { name: 'Check again' }).click();
    await expect(page.getByRole('button', { name: 'Checking…' })).toBeFocused();
    expect(host.asked).toEqual(['doctor.check']);
    const { doctor } = working().state;
    host.commit({ doctor });
    await expect(page.getByText('There is no NVIDIA driver')).toBeHidden();
    await page.getByRole('link', { name: 'Doctor', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Check again' })).toBeVisible();
    await expect(page.getByRole('heading', { name: 'All is well' })).toBeVisible();
  });

  test('shows how far a download is', async ({ page, show }) => {
    const host = await show(pulling());
    const bar = page.getByRole('progressbar', { name: 'Download' });
    await expect(page.getByText('1.2 GiB of 3.2 GiB')).toBeVisible();
    await expect(page.getByText('7 of 18 layers')).toBeVisible();
    await expect(bar).toHaveAttribute('aria-valuenow', '37');
    const { job } = host.scene.state;
    if (!job?.pull) throw new Error('the scene has no download');
    host.commit({ job: { ...job, pull: { ...job.pull, receivedBytes: 3_315 * 1024 ** 2 } } });
    await expect(bar).toHaveAttribute('aria-valuenow', '100');
  });

  test('takes the card back, and lends it again', async ({ page, show }) => {
    const host = await show(working());
    await page.getByRole('button', { name: 'Take it back you keep the pay so far' }).click();
    await expect.poll(() => host.asked).toEqual(['host.takeBack']);
    const { state } = yielded();
    host.commit({ host: state.host, availability: state.availability, job: null });
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('The card is yours');
    await page.getByRole('button', { name: 'Lend it joins the queue' }).click();
    await expect.poll(() => host.asked).toEqual(['host.takeBack', 'host.lend']);
  });

  test('a double click takes the card back and does not lend it again', async ({ page, show }) => {
    const host = await show(inQueue());
    const { state } = yielded();
    await page.getByRole('button', { name: 'Take it back' }).click();
    host.commit({ availability: state.availability });
    // The button has changed by the time the second click of the two arrives.
    await page.getByRole('button', { name: 'Lend it' }).hover();
    await page.mouse.down({ clickCount: 2 });
    await page.mouse.up({ clickCount: 2 });
    await page.getByRole('link', { name: 'Jobs', exact: true }).click();
    expect(host.asked).toEqual(['host.takeBack']);
  });

  test('draws the day as a strip, and says it as a list', async ({ page, show }) => {
    await show(inQueue());
    const parts = page.locator('.strip i');
    await expect(parts).toHaveCount(9);
    const earning = await parts.nth(2).boundingBox();
    expect(earning?.height).toBe(30);
    const list = page.getByRole('list', { name: 'Your day as a list' });
    await expect(list.getByRole('listitem').nth(2)).toHaveText(/^Working, .+ – .+/);
  });

  test('nothing moves when the numbers change', async ({ page, show }) => {
    const host = await show(oneCard());
    const places = [
      page.getByRole('button', { name: 'Take it back' }),
      page.getByText('Memory', { exact: true }),
      page.getByText('Fan', { exact: true }),
      page.getByText('Your day', { exact: true }),
      page.getByText('Latest jobs', { exact: true }),
    ];
    await expect(page.getByRole('table').getByRole('link').first()).toBeVisible();
    const before = await boxes(places);
    const idle = aCard({ utilizationPercent: 3, powerWatts: 9, fanPercent: 0, temperatureC: 101 });
    host.commit({ cards: cardsState({ ...idle, memoryUsedBytes: 1024 ** 3 }) });
    await expect(page.getByText('9 W', { exact: true })).toBeVisible();
    expect(await boxes(places)).toEqual(before);
  });
});

test.describe('the keyboard', () => {
  test('skips the rail, goes through it, and presses the big button', async ({ page, show }) => {
    const host = await show(working());
    await page.keyboard.press('Tab');
    await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await expect(page.getByRole('button', { name: 'Take it back' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect.poll(() => host.asked).toEqual(['host.takeBack']);
    await page.keyboard.press('Shift+Tab');
    await expect(page.getByRole('link', { name: 'Settings', exact: true })).toBeFocused();
    await page.keyboard.press('Shift+Tab');
    await expect(page.getByRole('link', { name: 'Doctor', exact: true })).toBeFocused();
    await page.keyboard.press('Shift+Tab');
    await expect(page.getByRole('link', { name: 'Jobs', exact: true })).toBeFocused();
  });

  test('shows where it is', async ({ page, show }) => {
    await show(working());
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    const home = page.getByRole('link', { name: 'Home' });
    await expect(home).toBeFocused();
    await expect(home).toHaveCSS('outline-style', 'solid');
    await expect(home).toHaveCSS('outline-width', '2px');
  });

  test('opens a job from the list and comes back to it', async ({ page, show }) => {
    await show(manyJobs(300), '/jobs');
    const rows = page.getByRole('table').getByRole('link');
    await rows.nth(2).focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/#298$/);
    await page.keyboard.press('Tab');
    await expect(page.getByRole('main').getByRole('link', { name: 'Jobs' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Jobs');
    await expect(rows.nth(2)).toBeFocused();
  });
});

test.describe('the list of jobs', () => {
  test('finds jobs by words and by outcome', async ({ page, show }) => {
    await show(manyJobs(300), '/jobs');
    const count = page.getByRole('status').filter({ hasText: 'job' });
    await expect(count).toHaveText('300 jobs');
    await page.getByRole('searchbox').fill('whisper');
    await expect(count).toHaveText('75 jobs');
    await page.getByRole('combobox', { name: 'Outcome' }).selectOption('Refused');
    await expect(count).toHaveText('10 jobs');
    for (const row of await page.getByRole('row', { name: /whisper/ }).all()) {
      await expect(row).toContainText('Refused');
    }
    await page.getByRole('searchbox').fill('no such thing');
    await expect(page.getByText('No job matches')).toBeVisible();
  });

  test('scrolls through 100,000 jobs and draws only those in sight', async ({ page, show }) => {
    await show(manyJobs(100_000), '/jobs');
    await expect(page.getByText('100,000 jobs')).toBeVisible();
    const list = page.getByRole('group', { name: 'Jobs' });
    for (const number of [99_801, 99_601, 99_401]) {
      await list.evaluate((box: { scrollTop: number }) => (box.scrollTop = 1e9));
      await expect(page.getByRole('link', { name: `#${number}` })).toBeVisible();
    }
    expect(await page.getByRole('row').count()).toBeLessThan(80);
    await expect(page.getByRole('row', { name: '#99401' })).toHaveAttribute('aria-rowindex', '601');
  });

  test('keeps its place when a job changes, and behind a job that was opened', async ({
    page,
    show,
  }) => {
    const host = await show(manyJobs(3_000), '/jobs');
    const list = page.getByRole('group', { name: 'Jobs' });
    for (const number of [2_801, 2_601, 2_401, 2_201]) {
      await list.evaluate((box: { scrollTop: number }) => (box.scrollTop = 1e9));
      await expect(page.getByRole('link', { name: `#${number}` })).toBeVisible();
    }
    host.commit({ earnings: { ...host.scene.state.earnings, revision: 2 } });
    await page.waitForTimeout(500);
    await expect(page.getByRole('link', { name: '#2201' })).toBeInViewport();
    await page.getByRole('link', { name: '#2201' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/#2201$/);
    await page.goBack();
    await expect(page.getByRole('link', { name: '#2201' })).toBeInViewport();
  });

  test('saves the receipts as a file', async ({ page, show }) => {
    const { scene } = await show(manyJobs(12), '/jobs');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export CSV' }).click();
    const download = await saved;
    expect(download.suggestedFilename()).toBe('offpeak-jobs.csv');
    const text = await readFile(await download.path(), 'utf8');
    expect(text.split('\r\n')).toHaveLength(14);
    expect(text).toContain(`${scene.jobs[11]?.run ?? '?'},`);
  });

  test('has nothing to save before the first job', async ({ page, show }) => {
    await show(nothingWorks(), '/jobs');
    await expect(page.getByRole('button', { name: 'Export CSV' })).toBeDisabled();
  });
});

test.describe('a job', () => {
  test('its output is followed until somebody scrolls up', async ({ page, show }) => {
    const scene = working();
    const host = await show(scene, jobPath(scene, 0));
    const log = page.getByRole('log');
    const numbered = (from: number) => Array.from({ length: 60 }, (_, n) => `line ${from + n}`);
    await expect(log).toContainText('It had a story to tell:');
    host.print(...numbered(1));
    await expect(log.getByText('line 60', { exact: true })).toBeInViewport();
    const follow = page.getByRole('checkbox', { name: 'Follow' });
    await expect(follow).toBeChecked();
    await log.evaluate((box: { scrollTop: number }) => (box.scrollTop = 0));
    await expect(follow).not.toBeChecked();
    host.print(...numbered(61));
    await expect(log).toContainText('line 120');
    await expect(log.getByText('At night the city slept')).toBeInViewport();
    await follow.check();
    await expect(log.getByText('line 120', { exact: true })).toBeInViewport();
  });

  test('no line of a fast output is lost or doubled', async ({ page, show }) => {
    const scene = working();
    const host = await show(scene, jobPath(scene, 0));
    const log = page.getByRole('log');
    for (let n = 1; n <= 300; n += 1) {
      host.print(`line ${n};`);
      if (n % 50 === 0) await page.waitForTimeout(50);
    }
    await expect(log).toContainText('line 300;');
    const numbers = [...(await log.innerText()).matchAll(/line (\d+);/g)].map(([, n]) => Number(n));
    expect(numbers).toEqual(Array.from({ length: 300 }, (_, n) => n + 1));
  });

  test('what it prints is harmless text', async ({ page, show }) => {
    const scene = hostileJob();
    await show(scene, jobPath(scene, 0));
    const log = page.getByRole('log');
    await expect(log).toContainText('<img src=x onerror="document.title=');
    await expect(log.locator('img, script')).toHaveCount(0);
    await expect(page).toHaveTitle(/A story about the night/);
    await expect(log).toContainText('red and a link');
    await expect(log).toContainText('paid to ⟨U+202E⟩tsoh eht');
    await expect(log.getByText('100% done', { exact: true })).toBeVisible();
    const text = await log.innerText();
    // Nothing but line ends is left of the control characters.
    expect(text.split('\n').join('')).not.toMatch(/\p{Cc}/u);
    expect(text).not.toMatch(/\u202e|10%|evil/);
  });

  test('copies its output', async ({ page, show, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const scene = ends();
    await show(scene, jobPath(scene, 1));
    const button = page.getByRole('button', { name: 'Copy Output' });
    await expect(page.getByRole('log')).toContainText('Killed');
    await button.click();
    await expect(button).toHaveText('Copied');
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(
      'step 1 of 3\nstep 2 of 3\nKilled',
    );
  });

  test('that was refused says why, and that nothing was paid', async ({ page, show }) => {
    const scene = ends();
    await show(scene, jobPath(scene, 0));
    await expect(page.getByText('opens port 8080 to the internet')).toBeVisible();
    await expect(page.getByText('Nothing was paid for this job, so there is')).toBeVisible();
  });

  test('that failed shows its exit code and a receipt with its proof', async ({ page, show }) => {
    const scene = ends();
    await show(scene, jobPath(scene, 1));
    const operations = page.getByRole('region', { name: 'Operations' });
    await expect(operations).toContainText('exit code 137');
    await expect(operations).toContainText('It was killed');
    const receipt = page.getByRole('region', { name: 'Receipt' });
    await expect(receipt).toContainText('0.108600 NOS');
    await expect(receipt).toContainText('41.3 Wh');
    await expect(receipt.getByRole('button', { name: 'Copy Transaction' })).toBeVisible();
  });

  test('that its client ended has a receipt without a transaction', async ({ page, show }) => {
    const scene = ends();
    await show(scene, jobPath(scene, 2));
    const receipt = page.getByRole('region', { name: 'Receipt' });
    await expect(receipt).toContainText('the client’s own transaction paid this');
    await expect(receipt).toContainText('not measured for this job');
  });
});

test.describe('the connection', () => {
  test('takes the token out of the address bar', async ({ page, show }) => {
    const host = await show(working());
    expect(host.url).toContain('token=');
    expect(page.url()).not.toContain('token');
  });

  test('is refused with a wrong token, and says where the right one is', async ({
    browser,
    show,
  }) => {
    const host = await show(working());
    const stranger = await browser.newContext();
    const page = await stranger.newPage();
    await page.goto(host.url.replace(/token=.*/, 'token=wrong'));
    await expect(page.getByRole('heading')).toHaveText('This address does not open Offpeak');
    await expect(page.getByRole('status')).toContainText('Open the whole address');
    expect(await axeViolations(page)).toEqual([]);
    // The right address in the same tab is enough.
    await page.goto(host.url);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/is working on/);
    await stranger.close();
  });

  test('comes back by itself when it was cut', async ({ page, show }) => {
    const wires: WebSocketRoute[] = [];
    await page.routeWebSocket('**/wire', (wire) => {
      wires.push(wire);
      wire.connectToServer();
    });
    const scene = working();
    const host = await show(scene, jobPath(scene, 0));
    await expect(page.getByRole('log')).toContainText('It had a story to tell:');
    await wires[0]?.close();
    await expect(page.getByRole('heading')).toHaveText('Offpeak has stopped');
    host.print('and it went on');
    // The same screen again, with what happened meanwhile.
    await expect(page.getByRole('log')).toContainText('and it went on');
    expect(wires).toHaveLength(2);
  });

  test('waits for a host that stopped; one that started anew has a new address', async ({
    page,
    show,
    faults,
  }) => {
    const host = await show(working());
    await host.stop();
    await expect(page.getByRole('heading')).toHaveText('Offpeak has stopped');
    expect(await axeViolations(page)).toEqual([]);
    await host.start();
    await expect(page.getByRole('heading')).toHaveText('This address does not open Offpeak');
    await page.goto(host.url);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/is working on/);
    // The browser itself reports every attempt that failed meanwhile.
    for (const fault of faults.splice(0)) expect(fault).toMatch(/ERR_|WebSocket|403/);
  });
});

async function boxes(places: readonly Locator[]): Promise<unknown[]> {
  return Promise.all(places.map((place) => place.boundingBox()));
}
