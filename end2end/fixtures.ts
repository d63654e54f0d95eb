import { test as base, expect, type BrowserContextOptions } from '@playwright/test';
import { Desk, type DeskOptions } from './support/desk.ts';
import { Office } from './support/office.ts';
import { People, prepare, type Person, type PersonOptions } from './support/people.ts';
import { Watch } from './support/watch.ts';
import { Console } from './pages/console.ts';
import { Widget } from './pages/widget.ts';

interface TestFixtures {
  /** A running desk with the demo, for this test alone. */
  desk: Desk;
  /** The demo's admin, for what is set behind the screens. */
  office: Office;
  /** Somebody of the demo, signed in, with the console open and on the line. */
  agent: (name?: string, options?: PersonOptions) => Promise<Console>;
  /** Somebody on the demo shop's page; nothing of the widget is open yet. */
  customer: (options?: PersonOptions) => Promise<Widget>;
  /** Fails the test for whatever goes wrong in any of its pages, unless allowed here. */
  watch: Watch;
  /** Brings another person with a browser of their own. */
  person: (options?: PersonOptions) => Promise<Person>;
  /** Starts a desk for this test alone: to end and restart it, or to begin with nothing. */
  freshDesk: (options?: DeskOptions) => Promise<Desk>;
}

export const test = base.extend<TestFixtures>({
  desk: async ({ freshDesk }, use) => use(await freshDesk()),

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

  // After the desks, so that everybody has left before a desk ends.
  context: async ({ context, watch, freshDesk: _ }, use) => {
    await prepare(context, watch);
    await use(context);
  },

  person: async ({ browser, launchOptions, watch, locale, timezoneId, viewport, freshDesk: _ }, use) => {
    const defaults = { locale, timezoneId, viewport } as BrowserContextOptions;
    const people = new People(browser, launchOptions, watch, defaults);
    await use((options) => people.come(options));
    await people.leave();
  },

  office: async ({ desk }, use) => {
    const office = await Office.open(desk);
    await use(office);
    await office.leave();
  },

  agent: async ({ desk, person }, use) => {
    await use(async (name = 'Sofia', options = {}) => {
      const console = new Console(await person(options), desk);
      await console.signIn(desk.agent(name));
      await console.open();
      return console;
    });
  },

  customer: async ({ desk, person }, use) => {
    await use(async (options = {}) => {
      const widget = new Widget(await person(options), desk);
      await widget.visit();
      return widget;
    });
  },
});

export { expect };
export type { Page } from '@playwright/test';
export type { Agent } from './support/desk.ts';
export type { Person } from './support/people.ts';
export { axe, axeInBothThemes } from './support/axe.ts';
export { hide, notices, show, sounds } from './support/presence.ts';
export { holdWasm, NO_WASM, refuseWasm } from './support/wasm.ts';
