import { expect, hide, notices, sounds } from '../fixtures.ts';
import type { Console } from '../pages/console.ts';
import type { Conversation } from '../pages/conversation.ts';
import type { Widget } from '../pages/widget.ts';
import type { Page } from '../fixtures.ts';
import { agrees } from './log.ts';
import { Chance, seed } from './seed.ts';
import { CUSTOMER, crash, inChat, test } from './stage.ts';

/** What a tab that died had not sent is sent by another this soon. */
const FLUSHES = 5_000;
const STEPS = 40;

const SENDS = { agent: '**/api/console/messages.send', customer: '**/api/v1/widget/messages' } as const;

interface Tab {
  page: Page;
  chat: Conversation;
  by: 'agent' | 'customer';
}

/** Requests of this tab that bring messages are never answered: it holds them when it dies. */
async function holdsBack(tab: Tab): Promise<void> {
  await tab.page.route(SENDS[tab.by], () => undefined);
}

function ofAgent(console: Console): Tab {
  return { page: console.page, chat: console.chat(CUSTOMER), by: 'agent' };
}

function ofCustomer(widget: Widget): Tab {
  return { page: widget.page, chat: widget.chat, by: 'customer' };
}

test(`F22 many tabs write, close and die (seed ${seed})`, async ({ agent, customer, desk, watch }) => {
  test.setTimeout(600_000);
  // A tab that dies takes its requests with it.
  watch.allowNetworkErrors();
  const chance = new Chance();
  const sofia = await agent();
  const nora = await customer({ thirdPartyStorage: 'allowed' });
  await inChat(sofia, nora);
  const opens = {
    agent: async () => {
      const other = await sofia.anotherTab();
      await other.seesChat(CUSTOMER);
      return ofAgent(other);
    },
    customer: async () => {
      const other = await nora.anotherTab();
      await expect(other.chat.message).toBeVisible();
      return ofCustomer(other);
    },
  };
  // The first tab of each stays, so that somebody is always there.
  const [first, guest] = [ofAgent(sofia), ofCustomer(nora)];
  let others: Tab[] = [];
  for (let n = 1; n < 5; n += 1) others.push(await opens.agent());
  for (let n = 1; n < 3; n += 1) others.push(await opens.customer());

  const written: string[] = [];
  const says = async (tab: Tab) => {
    const text = `Message ${written.length + 1} by ${tab.by}`;
    written.push(text);
    await tab.chat.say(text);
    return text;
  };
  for (let step = 0; step < STEPS; step += 1) {
    const choice = chance.next();
    if (choice < 0.75) {
      await says(chance.of([first, guest, ...others]));
      continue;
    }
    const tab = chance.of(others);
    others = others.filter((other) => other !== tab);
    if (choice < 0.85) {
      await tab.page.close();
    } else {
      await holdsBack(tab);
      const text = await says(tab);
      // Stored in the browser, if not at the desk: only then it is promised.
      await tab.chat.came(text, 'queued', 'sent', 'delivered', 'read');
      await kept(tab, text);
      await crash(tab.page);
      await tab.page.close();
    }
    others.push(await opens[tab.by]());
  }
  const screens = [first, guest, ...others].map((tab) => [tab.chat, tab.by] as [Conversation, 'agent' | 'customer']);
  const rows = await agrees(desk, screens, 40_000);
  expect(rows.map((row) => row.text).sort()).toEqual(['Hello', ...written].sort());
});

/** Another tab of the browser shows it too: so it is in the browser's storage. */
async function kept(tab: Tab, text: string): Promise<void> {
  const siblings = tab.page.context().pages().filter((page) => page !== tab.page && !page.isClosed());
  const shows = siblings.map(async (page) => {
    for (const frame of page.frames()) if ((await frame.getByText(text, { exact: true }).count()) > 0) return true;
    return false;
  });
  await expect.poll(async () => (await Promise.all(shows)).some(Boolean)).toBe(true);
}

for (const by of ['agent', 'customer'] as const) {
  test(`F22 what a dead tab of the ${by} had not sent is sent by another`, async ({ agent, customer, desk }) => {
    const sofia = await agent();
    const nora = await customer({ thirdPartyStorage: 'allowed' });
    const chat = await inChat(sofia, nora);
    const other = by === 'agent' ? ofAgent(await sofia.anotherTab()) : ofCustomer(await nora.anotherTab());
    const rest = by === 'agent' ? ofAgent(sofia) : ofCustomer(nora);
    await expect(other.chat.message).toBeVisible();
    await holdsBack(other);
    for (const text of ['Left behind', 'and this']) await other.chat.say(text);
    await rest.chat.shows('and this');
    await rest.chat.came('Left behind', 'queued');
    await crash(other.page);
    const from = Date.now();
    await expect(rest.chat.bubble('and this')).toHaveAttribute('data-seq', /\d/, { timeout: FLUSHES });
    test.info().annotations.push({ type: 'flushed after', description: `${Date.now() - from} ms` });
    await agrees(desk, [[chat, 'agent'], [nora.chat, 'customer']]);
  });

  test(`F22 what the last tab of the ${by} had not sent is sent at the next visit`, async ({ agent, customer, desk }) => {
    const sofia = await agent();
    const nora = await customer({ thirdPartyStorage: 'allowed' });
    const chat = await inChat(sofia, nora);
    const tab = by === 'agent' ? ofAgent(sofia) : ofCustomer(nora);
    await holdsBack(tab);
    for (const text of ['Left behind', 'and this']) await tab.chat.say(text);
    await tab.chat.came('and this', 'queued');
    await stores(tab, 2);
    // The browser stays when its last tab goes.
    await tab.page.context().newPage();
    await crash(tab.page);
    const again = by === 'agent' ? ofAgent(await sofia.anotherTab()) : ofCustomer(await nora.anotherTab());
    await expect(again.chat.bubble('and this')).toHaveAttribute('data-seq', /\d/);
    const others: [Conversation, 'agent' | 'customer'] = by === 'agent' ? [nora.chat, 'customer'] : [chat, 'agent'];
    await agrees(desk, [[again.chat, by], others]);
  });
}

/** So many messages are in the browser's storage. */
async function stores(tab: Tab, count: number): Promise<void> {
  const counted = async () => {
    const inFrames = tab.page.frames().map((frame) =>
      frame.evaluate(async () => {
        const names = (await indexedDB.databases()).map(({ name }) => name);
        if (!names.includes('deskbell')) return 0;
        const opened = indexedDB.open('deskbell');
        const database = await new Promise<IDBDatabase>((done) => (opened.onsuccess = () => done(opened.result)));
        const asked = database.transaction('outbox').objectStore('outbox').count();
        const number = await new Promise<number>((done) => (asked.onsuccess = () => done(asked.result)));
        database.close();
        return number;
      }),
    );
    return Math.max(...(await Promise.all(inFrames)));
  };
  await expect.poll(counted).toBe(count);
}

test('F22 of five tabs one rings, and one notice is shown', async ({ agent, customer, desk }) => {
  const sofia = await agent();
  await sofia.person.context.grantPermissions(['notifications'], { origin: new URL(desk.console).origin });
  const nora = await customer();
  const chat = await inChat(sofia, nora);
  const tabs = [sofia];
  for (let n = 1; n < 5; n += 1) tabs.push(await sofia.anotherTab());
  // Each is touched once: only then a browser lets it make a sound.
  for (const tab of tabs) {
    await tab.seesChat(CUSTOMER);
    await tab.chat(CUSTOMER).message.click();
    await hide(tab.page);
  }
  const all = async <T>(ask: (page: Page) => Promise<T[]>) => (await Promise.all(tabs.map((tab) => ask(tab.page)))).flat();
  const [rung, told] = [(await all(sounds)).length, (await all(notices)).length];
  await nora.chat.say('Anybody there?');
  for (const tab of tabs) await tab.chat(CUSTOMER).shows('Anybody there?');
  await expect.poll(async () => (await all(notices)).length).toBeGreaterThan(told);
  expect((await all(sounds)).length - rung, 'sounds').toBe(1);
  const tags = (await all(notices)).slice(told).map(({ tag }) => tag);
  expect(new Set(tags).size, 'notices beside each other').toBe(1);
  await chat.shows('Anybody there?');
});
