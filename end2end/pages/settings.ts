import { expect, type Locator } from '@playwright/test';
import type { Console } from './console.ts';

/** A page of the settings. */
export class SettingsPage {
  readonly save: Locator;
  /** Where the form says how much of it is not saved. */
  readonly unsaved: Locator;
  /** What a form says as a whole when it cannot be saved. */
  readonly problem: Locator;
  readonly leaving: Locator;

  constructor(readonly console: Console) {
    this.save = console.page.getByRole('button', { name: 'Save changes' });
    this.unsaved = console.page.locator('.save-bar').getByRole('status');
    this.problem = console.page.locator('.settings-form').getByRole('alert');
    this.leaving = console.page.getByRole('alertdialog', { name: 'Leave without saving?' });
  }

  async open(path: string): Promise<void> {
    await this.console.open(`settings/${path}`);
    await expect(this.console.page.getByRole('heading', { level: 1 })).toBeVisible();
  }

  field(name: string): Locator {
    return this.console.page.getByRole('textbox', { name, exact: true });
  }

  box(name: string): Locator {
    return this.console.page.getByRole('checkbox', { name });
  }

  link(name: string): Locator {
    return this.console.page.getByRole('main').getByRole('link', { name, exact: true });
  }

  /** What is said to be wrong with a field. */
  async says(field: Locator, problem: string): Promise<void> {
    await expect(field).toHaveAccessibleDescription(new RegExp(problem.replace(/[.?]/g, '\\$&')));
    await expect(field).toHaveAttribute('aria-invalid', 'true');
  }

  /** Saves; returns when the page said so. */
  async saves(): Promise<void> {
    await this.save.click();
    await expect(this.console.page.getByText('Saved. It holds from now on.').first()).toBeVisible();
  }
}
