import { defineConfig, devices } from '@playwright/test';
import { chromium, chromiumArguments } from './support/chromium.ts';

/** The browser tests: the real server in front of a real Chromium. `cargo xtask test --only browser` prepares both. */
export default defineConfig({
  testDir: './tests',
  outputDir: process.env['DESKBELL_TEST_RESULTS'] ?? './test-results',
  timeout: 90_000,
  expect: { timeout: 15_000 },
  workers: 2,
  // A shared machine may starve a browser for a minute; what needed a second try is reported as flaky.
  retries: process.env['CI'] ? 1 : 0,
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
