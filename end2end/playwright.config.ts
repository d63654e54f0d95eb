import { defineConfig, devices } from '@playwright/test';
import { chromium, chromiumArguments } from './support/chromium.ts';

/** The browser tests: the real server in front of a real Chromium. `cargo xtask test --only browser` prepares both. */
export default defineConfig({
  testDir: './tests',
  outputDir: process.env['DESKBELL_TEST_RESULTS'] ?? './test-results',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  workers: 2,
  retries: 0,
  fullyParallel: false,
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list'], ['json', { outputFile: process.env['DESKBELL_PLAYWRIGHT_REPORT'] ?? './test-results/report.json' }]],
  use: {
    ...devices['Desktop Chrome'],
    browserName: 'chromium',
    channel: undefined,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    // Without the film of it: making one costs more than most tests.
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: chromium(), args: chromiumArguments },
  },
});
