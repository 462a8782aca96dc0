import { defineConfig, type ReporterDescription } from 'playwright/test';
import { findChromium } from './support/chromium.ts';

const report = process.env['OFFPEAK_E2E_REPORT'];
const json: ReporterDescription[] = report ? [['json', { outputFile: report }]] : [];

/** Tests in a real browser: one after the other, because they share one computer's engine. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../../test-results',
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  forbidOnly: 'CI' in process.env,
  reporter: [['list'], ...json],
  use: {
    locale: 'en-US',
    viewport: { width: 1280, height: 820 },
    launchOptions: findChromium(),
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
  },
});
