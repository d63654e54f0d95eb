import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium as playwright, type BrowserContextOptions, type LaunchOptions } from '@playwright/test';
import { Line } from '../proxy.ts';
import { prepare, type Person } from '../support/people.ts';
import type { Watch } from '../support/watch.ts';

/** A browser whose storage outlives it: closed and opened again it is the same person's. Frames may store. */
export class Profile {
  private person: Person | undefined;

  private constructor(
    private readonly directory: string,
    private readonly line: Line,
    private readonly settings: LaunchOptions & BrowserContextOptions,
    private readonly watch: Watch,
  ) {}

  static async make(settings: LaunchOptions & BrowserContextOptions, watch: Watch): Promise<Profile> {
    const directory = await mkdtemp(join(tmpdir(), 'deskbell-profile-'));
    await mkdir(join(directory, 'Default'));
    // Third-party storage is allowed.
    await writeFile(join(directory, 'Default', 'Preferences'), JSON.stringify({ profile: { cookie_controls_mode: 0 } }));
    return new Profile(directory, await Line.open(), settings, watch);
  }

  /** Starts the browser. */
  async open(): Promise<Person> {
    const context = await playwright.launchPersistentContext(this.directory, { ...this.settings, proxy: this.line.proxy });
    await prepare(context, this.watch);
    const page = context.pages()[0] ?? (await context.newPage());
    this.person = { context, page, line: this.line };
    return this.person;
  }

  /** Ends the browser; what it keeps stays. */
  async close(): Promise<void> {
    await this.person?.context.close();
    this.person = undefined;
  }

  async remove(): Promise<void> {
    await this.close();
    await this.line.close();
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}
