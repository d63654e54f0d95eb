import { defineConfig } from '@playwright/test';
import suite from './playwright.config.ts';

/**
 * Faults on purpose in a real Chromium: F21 to F24, and F16 as a person sees it. Takes the environment of the suite and
 * `DESKBELL_RIG`, the program that reads a desk's log (default: `deskbell-rig` beside `DESKBELL_BIN`);
 * `DESKBELL_SEED` repeats a run.
 */
export default defineConfig({
  ...suite,
  testDir: './chaos',
  timeout: 180_000,
});
