import { test as base, expect, type BrowserContextOptions } from '@playwright/test';
import { Desk, type DeskOptions } from './support/desk.ts';
import { People, prepare, type Person, type PersonOptions } from './support/people.ts';
import { Watch } from './support/watch.ts';

interface TestFixtures {
  /** Fails the test for whatever goes wrong in any of its pages, unless allowed here. */
  watch: Watch;
  /** Brings another person with a browser of their own. */
  person: (options?: PersonOptions) => Promise<Person>;
  /** Starts a desk for this test alone: to end and restart it, or to begin with nothing. */
  freshDesk: (options?: DeskOptions) => Promise<Desk>;
}

interface WorkerFixtures {
  /** A running desk with the demo, shared by the tests of a worker: leave it usable. */
  desk: Desk;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  desk: [
    async ({}, use) => {
      const desk = await Desk.open();
      await use(desk);
      await desk.close();
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  freshDesk: async ({}, use, info) => {
    const desks: Desk[] = [];
    await use(async (options) => {
      const desk = await Desk.open(options);
      desks.push(desk);
      return desk;
    });
    for (const desk of desks) {
      if (info.status !== info.expectedStatus) await info.attach('server', { body: desk.output, contentType: 'text/plain' });
      await desk.close();
    }
  },

  watch: [
    async ({}, use) => {
      const watch = new Watch();
      await use(watch);
      expect(watch.unexpected(), 'what went wrong in the browser').toEqual([]);
    },
    { auto: true },
  ],

  context: async ({ context, watch }, use) => {
    await prepare(context, watch);
    await use(context);
  },

  person: async ({ browser, launchOptions, watch, locale, timezoneId, viewport }, use) => {
    const defaults = { locale, timezoneId, viewport } as BrowserContextOptions;
    const people = new People(browser, launchOptions, watch, defaults);
    await use((options) => people.come(options));
    await people.leave();
  },
});

export { expect };
export type { Page } from '@playwright/test';
export type { Agent } from './support/desk.ts';
export type { Person } from './support/people.ts';
export { axe, axeInBothThemes } from './support/axe.ts';
export { hide, notices, show, sounds } from './support/presence.ts';
export { holdWasm, NO_WASM, refuseWasm } from './support/wasm.ts';
