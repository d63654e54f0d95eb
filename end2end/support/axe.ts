import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

export interface AxeOptions {
  /** Only what matches these selectors. */
  include?: string[];
  /** Not what matches these selectors. */
  exclude?: string[];
  /** Rules that do not apply here; a test that names one says why. */
  without?: string[];
}

/** Fails unless axe finds nothing wrong with the page and its frames. It is put in past the content security policy. */
export async function axe(page: Page, options: AxeOptions = {}): Promise<void> {
  const builder = new AxeBuilder({ page });
  options.include?.forEach((selector) => builder.include(selector));
  options.exclude?.forEach((selector) => builder.exclude(selector));
  if (options.without) builder.disableRules(options.without);
  const { violations } = await builder.analyze();
  const found = violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}\n  ${node.target.join(' ')}\n  ${node.failureSummary ?? ''}`));
  expect(found, `axe on ${page.url()}`).toEqual([]);
}

/** axe in the light theme and in the dark one, without motion; the page is left in the light one. */
export async function axeInBothThemes(page: Page, options: AxeOptions = {}): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await axe(page, options);
  }
}
