import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium as playwright, type Browser, type BrowserContext, type BrowserContextOptions, type LaunchOptions, type Page } from '@playwright/test';
import { Line } from '../proxy.ts';
import { presenceScript } from './presence.ts';
import type { Watch } from './watch.ts';

export interface PersonOptions extends BrowserContextOptions {
  /** Gives the person a network line of their own, which can be cut. */
  line?: boolean;
  /**
   * Whether frames of another site may store anything. Chromium denies it in the contexts of a test (they count as
   * private browsing), so that `denied` is the default; seen in Chromium 156, `localStorage`, `sessionStorage` and
   * IndexedDB then throw in such a frame, and its cookies are dropped. No switch or granted permission changes that
   * (`--test-third-party-cookie-phaseout` and `storage-access` were tried); the profile's setting "allow third-party
   * cookies" does, and so `allowed` starts a browser of its own with a profile that has it.
   */
  thirdPartyStorage?: 'denied' | 'allowed';
}

/** Somebody with a browser of their own: nothing is shared with the others but the desk. */
export interface Person {
  context: BrowserContext;
  page: Page;
  /** The person's network, where asked for with `line: true`. */
  line: Line;
}

/** Makes people, watches them, and sends them home. */
export class People {
  private readonly ends: (() => Promise<void>)[] = [];

  constructor(
    private readonly browser: Browser,
    private readonly launch: LaunchOptions,
    private readonly watch: Watch,
    private readonly defaults: BrowserContextOptions,
  ) {}

  /** A new person with an empty browser and one open tab. */
  async come(options: PersonOptions = {}): Promise<Person> {
    const { line: wantsLine, thirdPartyStorage, ...own } = options;
    const line = wantsLine ? await Line.open() : undefined;
    const settings = { ...this.defaults, ...own, ...(line ? { proxy: line.proxy } : {}) };
    const context = thirdPartyStorage === 'allowed' ? await this.withProfile(settings) : await this.browser.newContext(settings);
    this.ends.push(async () => {
      await context.close();
      await line?.close();
    });
    await prepare(context, this.watch);
    const page = context.pages()[0] ?? (await context.newPage());
    return { context, page, get line() { return line ?? noLine(); } };
  }

  /** Everybody goes. */
  async leave(): Promise<void> {
    for (const end of this.ends.reverse()) await end();
  }

  private async withProfile(settings: BrowserContextOptions): Promise<BrowserContext> {
    const profile = await mkdtemp(join(tmpdir(), 'deskbell-profile-'));
    await mkdir(join(profile, 'Default'));
    const preferences = { profile: { cookie_controls_mode: 0 } };
    await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
    this.ends.push(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }));
    return playwright.launchPersistentContext(profile, { ...this.launch, ...settings });
  }
}

/** Puts the watch and the overrides of presence into a context. */
export async function prepare(context: BrowserContext, watch: Watch): Promise<void> {
  await watch.attach(context);
  await context.addInitScript(presenceScript);
}

function noLine(): never {
  throw new Error('this person has no line of their own: ask for one with { line: true }');
}
