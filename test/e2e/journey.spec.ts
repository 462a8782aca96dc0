import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from 'playwright/test';
import { createRpc } from '../../app/adapters/solana/rpc.ts';
import { localChainPackage } from '../../app/platform/platform.ts';
import {
  listJobs,
  practiceAddress,
  type RealHost,
  startRealHost,
  untilJob,
} from '../fakes/host/real-host.ts';
import { engineProblem } from './support/engine-problem.ts';
import { test } from './support/test.ts';

/*
 * The whole way, as a new user goes it: real host, real engine, real chain, real browser. One
 * story in order, so the tests share the host.
 */

test.describe.configure({ mode: 'serial' });
test.use({ viewport: { width: 1280, height: 860 } });

const home = mkdtempSync(join(tmpdir(), 'offpeak-journey-'));
let host: RealHost;

test.beforeAll(async () => {
  const problem = await engineProblem();
  test.skip(problem !== null, problem ?? '');
  const chain = localChainPackage();
  test.skip(chain.packageName === null, 'there is no practice chain for this platform');
  host = await startRealHost(home);
});

test.afterAll(async () => {
  await host.stop();
});

test('the first job is paid within two minutes, and the chain confirms it', async () => {
  test.setTimeout(130_000);
  const job = await untilJob(home, ({ outcome }) => outcome === 'paid', 120_000);
  expect(job).toMatchObject({ network: 'practice', image: 'offpeak/practice-llm:1' });
  expect(BigInt(job.grossBaseUnits ?? 0)).toBeGreaterThan(0n);
  const rpc = createRpc(practiceAddress(home)?.rpcUrl ?? '');
  const status = await rpc.getSignatureStatus(job.transaction ?? '', true);
  expect(status.state).toBe('confirmed');
});

/** A picture in both themes: for the README when asked for, else beside the test's results. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.OFFPEAK_SCREENSHOTS ?? test.info().outputDir;
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
  }
}

test('Home shows the pay, marked as practice', async ({ page }) => {
  await page.goto(host.url);
  await expect(page.getByRole('table').getByText('Paid').first()).toBeVisible();
  await expect(page.getByText('Practice', { exact: true }).first()).toBeVisible();
  await expect(page.getByText(/before electricity/)).toBeVisible();
  // Back in line after the job.
  await expect(page.getByText(/Place 1 of 1 in the queue/)).toBeVisible({ timeout: 20_000 });
  // The token is gone from the address bar.
  expect(page.url()).not.toContain('token');
  await picture(page, 'home');
});

test('the job shows what the model wrote, its receipt and its transaction', async ({ page }) => {
  const [job] = await listJobs(home);
  await page.goto(host.url);
  await page.getByRole('table').getByRole('link').first().click();
  await expect(page.getByRole('log')).toContainText(/tokens\/s: [\d.]+/);
  const text = await page.getByRole('log').innerText();
  expect(text.split(/\s+/).length).toBeGreaterThan(40);
  await expect(page.getByText(job?.transaction ?? '?')).toBeVisible();
  await expect(page.getByText(/^It reaches the Internet, but not your home network/)).toBeVisible();
  await picture(page, 'job');
});

test('a running job can be watched as it writes', async ({ page }) => {
  test.setTimeout(200_000);
  const job = await untilJob(home, ({ state }) => state === 'running', 180_000);
  await page.goto(host.url);
  await expect(page.getByText('Working', { exact: true })).toBeVisible();
  await picture(page, 'working');
  await page.getByRole('table').getByRole('link').first().click();
  const log = page.getByRole('log');
  await expect.poll(async () => (await log.innerText()).length).toBeGreaterThan(80);
  const early = (await log.innerText()).length;
  await expect.poll(async () => (await log.innerText()).length).toBeGreaterThan(early);
  await untilJob(home, ({ id, outcome }) => id === job.id && outcome === 'paid');
});

test('Take it back leaves the queue, Lend it joins again', async ({ page }) => {
  await page.goto(host.url);
  await page.getByRole('button', { name: /Take it back/ }).click();
  await expect(page.getByRole('button', { name: /Lend it/ })).toBeVisible();
  await expect(page.getByText(/Place \d+ of \d+ in the queue/)).toBeHidden({ timeout: 60_000 });
  await page.getByRole('button', { name: /Lend it/ }).click();
  await expect(
    page.getByText(/Place \d+ of \d+ in the queue/).or(page.getByText(/is working/)),
  ).toBeVisible({ timeout: 60_000 });
});

test('a second Offpeak in the same folder is refused with the remedy', async () => {
  await expect(startRealHost(home)).rejects.toThrow(/already uses this folder[\s\S]*OFFPEAK_HOME/);
});
