import type { CDPSession } from '@playwright/test';
import { expect, test as base, type Page } from '../fixtures.ts';
import type { Console } from '../pages/console.ts';
import type { ChatWindow } from '../pages/chat-window.ts';
import type { Widget } from '../pages/widget.ts';

/** As the suite's, on a desk that takes messages as fast as they come. */
export const test = base.extend({
  desk: async ({ freshDesk }, use) => {
    const environment = { DESKBELL_MESSAGES_PER_MINUTE: '1000000', DESKBELL_READS_PER_MINUTE: '1000000' };
    await use(await freshDesk({ environment }));
  },
});

/** The two who talk in all of these tests. */
export const CUSTOMER = 'Nora Lind';

/** An agent and a customer in a chat. */
export async function inChat(agent: Console, customer: Widget): Promise<ChatWindow> {
  await agent.goReady();
  await customer.asks({ name: CUSTOMER, message: 'Hello' });
  return agent.accept(CUSTOMER);
}

const asleep = new WeakMap<Page, { sessions: CDPSession[]; since: number }>();

/**
 * The tab sleeps: no script of it or of its frames runs, and what comes over its sockets waits. Chromium's own
 * `Page.setWebLifecycleState` leaves the scripts of a page under test running; a debugger that pauses them does not.
 */
export async function freeze(page: Page): Promise<void> {
  // Beats show afterwards that it did sleep.
  await page.evaluate(() => {
    const pulse = { last: performance.now(), longest: 0 };
    Object.assign(window, { __pulse: pulse });
    setInterval(() => {
      const now = performance.now();
      pulse.longest = Math.max(pulse.longest, now - pulse.last);
      pulse.last = now;
    }, 50);
  });
  const sessions = [await page.context().newCDPSession(page)];
  for (const frame of page.frames().slice(1)) {
    // Only frames of another site have a process of their own to pause.
    const session = await page.context().newCDPSession(frame).catch(() => undefined);
    if (session) sessions.push(session);
  }
  for (const session of sessions) {
    await session.send('Debugger.enable');
    await session.send('Debugger.pause');
  }
  asleep.set(page, { sessions, since: Date.now() });
}

/** Wakes a tab. Fails when it did not sleep. */
export async function thaw(page: Page): Promise<void> {
  const sleep = asleep.get(page);
  if (!sleep) throw new Error('this page is not frozen');
  const slept = Date.now() - sleep.since;
  for (const session of sleep.sessions) {
    // One that had nothing to run never paused.
    await session.send('Debugger.disable');
    await session.detach();
  }
  const longest = () => page.evaluate(() => (window as unknown as { __pulse: { longest: number } }).__pulse.longest);
  await expect.poll(longest, { message: `a pause of the ${slept} ms for which the tab slept` }).toBeGreaterThan(slept * 0.8);
}

/** The tab dies at once: no script of it runs any more, nothing is said. */
export async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  // The answer never comes.
  session.send('Page.crash').catch(() => undefined);
  await crashed;
}

/** Says much at once in a customer's name, as another device of theirs would. */
export async function says(customer: Widget, texts: string[]): Promise<void> {
  const kept = await customer.page.evaluate(() => Object.values(localStorage).join());
  const token = /"token":"([^"]+)"/.exec(kept)?.[1];
  if (!token) throw new Error('the host page keeps no token');
  const { origin } = new URL(customer.desk.console);
  const { request } = customer.page.context();
  for (const text of texts) {
    const data = { client: crypto.randomUUID(), text, seen: 0 };
    const answer = await request.post(`${origin}/api/v1/widget/messages`, { data, headers: { origin, authorization: `Bearer ${token}` } });
    if (!answer.ok()) throw new Error(`not taken: ${answer.status()} ${await answer.text()}`);
  }
}
