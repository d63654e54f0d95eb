import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

export interface AxeOptions {
  /** Only what matches these selectors. */
  include?: string[];
  /** Not what matches these selectors. */
  exclude?: string[];
  /** Rules that do not apply here; a test that names one says why. */
  without?: string[];
  /** These rules and no others. */
  only?: string[];
}

/** What a text's key looks like where its words are missing. */
const KEY = /(?<=^|\s)(board|console|demo|hours|line|login|outcome|problem|reason|report|settings|setup|state|ticket|time|ui|widget)\.[\w.]+(?=$|\s)/gm;

/** Fails where a page shows the key of a text instead of its words. */
async function isInWords(page: Page): Promise<void> {
  for (const frame of page.frames()) {
    const text = await frame.locator('body').innerText();
    expect(text.match(KEY) ?? [], `texts that are missing on ${frame.url()}`).toEqual([]);
  }
}

/**
 * Fails unless axe finds nothing wrong with the page and its frames, and all is said in words. axe is put in past the content
 * security policy.
 */
export async function axe(page: Page, options: AxeOptions = {}): Promise<void> {
  await isInWords(page);
  const builder = new AxeBuilder({ page });
  options.include?.forEach((selector) => builder.include(selector));
  options.exclude?.forEach((selector) => builder.exclude(selector));
  if (options.only) builder.withRules(options.only);
  if (options.without) builder.disableRules(options.without);
  const { violations } = await builder.analyze();
  const found = violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}\n  ${node.target.join(' ')}\n  ${node.failureSummary ?? ''}`));
  expect(found, `axe on ${page.url()}`).toEqual([]);
}

/** What a theme can break; all else is the same in both. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

/** axe in the light theme, and its rules about colours in the dark one, without motion; the page is left in the light one. */
export async function axeInBothThemes(page: Page, options: AxeOptions = {}): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await axe(page, { ...options, only: COLOURS });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await axe(page, options);
}
