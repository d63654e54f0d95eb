import { chromium as playwright } from '@playwright/test';
import { expect, hide, notices, show, sounds } from '../fixtures.ts';
import { Console } from '../pages/console.ts';
import { prepare, type Person } from '../support/people.ts';
import { agrees } from './log.ts';
import { CUSTOMER, freeze, inChat, says, test, thaw } from './stage.ts';

/** What is missed while a tab sleeps. */
const MISSED = 300;
/** A tab that sleeps while it sends is passed over this soon. */
const FORGOTTEN = 40_000;
/** A tab that wakes is right this soon. */
const WAKES = 5_000;

const missed = (by: string) => Array.from({ length: MISSED }, (_, n) => `${by} ${n + 1}`);

test('F21 a frozen console wakes to all it has missed, once, with one sound', async ({ agent, customer, desk }) => {
  const sofia = await agent();
  await sofia.person.context.grantPermissions(['notifications'], { origin: new URL(desk.console).origin });
  const nora = await customer();
  const chat = await inChat(sofia, nora);
  await chat.say('How can I help?');
  await nora.chat.shows('How can I help?');
  await hide(sofia.page);
  const [rung, told] = [(await sounds(sofia.page)).length, (await notices(sofia.page)).length];

  await freeze(sofia.page);
  await says(nora, missed('Missed'));
  await nora.chat.shows(`Missed ${MISSED}`);
  await thaw(sofia.page);
  await agrees(desk, [[chat, 'agent'], [nora.chat, 'customer']], WAKES);
  await expect(sofia.page).toHaveTitle(new RegExp(`^\\(${MISSED}\\) `));
  expect((await sounds(sofia.page)).length - rung, 'sounds').toBeLessThanOrEqual(1);
  const tags = (await notices(sofia.page)).slice(told).map(({ tag }) => tag);
  expect(new Set(tags).size, 'notices beside each other').toBeLessThanOrEqual(1);

  await show(sofia.page);
  await expect(sofia.page).toHaveTitle(/^Chats/);
  await chat.say('I was asleep.');
  await agrees(desk, [[chat, 'agent'], [nora.chat, 'customer']]);
});

test('F21 a frozen widget wakes to all it has missed, once', async ({ agent, customer, desk }) => {
  const sofia = await agent();
  const nora = await customer();
  const other = await inChat(sofia, nora);
  await nora.chat.say('One moment.');
  await other.shows('One moment.');
  await nora.close();
  await freeze(nora.page);
  const texts = missed('Missed').slice(0, 40);
  for (const text of texts) {
    await other.say(text);
    await other.came(text, 'sent', 'delivered');
  }
  await thaw(nora.page);
  await expect(nora.launcher).toHaveAccessibleName(`Open chat, ${texts.length} unread messages`);
  await nora.open();
  await agrees(desk, [[other, 'agent'], [nora.chat, 'customer']], WAKES);
});

test('F21 a frozen tab holds up no other tab', async ({ agent, customer, desk }) => {
  const sofia = await agent();
  const nora = await customer();
  const chat = await inChat(sofia, nora);
  const second = await sofia.anotherTab();
  const beside = await second.seesChat(CUSTOMER);

  // One tab sleeps while its message is on its way: the answer waits for it, and with it the right to send.
  await sofia.page.route('**/api/console/messages.send', () => undefined);
  const asked = sofia.page.waitForRequest('**/api/console/messages.send');
  await chat.say('Before the sleep');
  await asked;
  await freeze(sofia.page);
  await beside.say('Meanwhile');
  await expect(nora.chat.bubble('Meanwhile')).toHaveCount(1, { timeout: FORGOTTEN });
  await beside.came('Meanwhile', 'sent', 'delivered', 'read');

  await sofia.page.unroute('**/api/console/messages.send');
  await thaw(sofia.page);
  await agrees(desk, [[chat, 'agent'], [beside, 'agent'], [nora.chat, 'customer']], 30_000);
});

test('F21 a page that was left and is come back to is right', async ({ customer, desk, watch, launchOptions, locale, timezoneId, viewport }, info) => {
  // Chromium under test keeps no pages that were left, unless it is let.
  const browser = await playwright.launch({ ...launchOptions, ignoreDefaultArgs: ['--disable-back-forward-cache'] });
  try {
    const context = await browser.newContext({ locale, timezoneId, viewport });
    await prepare(context, watch);
    const page = await context.newPage();
    await page.addInitScript(() => {
      window.addEventListener('pageshow', (event) => Object.assign(window, { __cameFromCache: event.persisted }));
    });
    const person: Person = { context, page, get line(): never { throw new Error('no line'); } };
    const sofia = new Console(person, desk);
    await sofia.signIn(desk.agent('Sofia'));
    await sofia.open();
    const nora = await customer();
    const chat = await inChat(sofia, nora);
    await page.goto(desk.shop);
    const texts = missed('Missed').slice(0, 30);
    await says(nora, texts);
    await page.goBack();
    await agrees(desk, [[chat, 'agent'], [nora.chat, 'customer']], 30_000);
    const cached = await page.evaluate(() => (window as unknown as { __cameFromCache?: boolean }).__cameFromCache);
    info.annotations.push({ type: 'back-forward cache', description: cached ? 'restored from it' : 'loaded anew' });
    await chat.say('I am back.');
    await agrees(desk, [[chat, 'agent'], [nora.chat, 'customer']]);
  } finally {
    await browser.close();
  }
});
