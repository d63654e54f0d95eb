import { expect, test, type Page } from '../fixtures.ts';
import type { Locator } from '@playwright/test';
import { Console } from '../pages/console.ts';
import { untilLive } from '../pages/live.ts';

/** Presses a key until the element has the focus: a person who looks where they are. */
async function walkTo(page: Page, target: Locator, key = 'Tab'): Promise<void> {
  for (let steps = 0; steps < 60; steps += 1) {
    if (await target.evaluate((element) => element === (element.getRootNode() as Document | ShadowRoot).activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${target} is not reached by ${key}`);
}

/** Where the focus is can be seen. */
async function isSeen(target: Locator): Promise<void> {
  const ring = await target.evaluate((element) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    return (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
  });
  expect(ring, 'a visible focus').toBe(true);
}

test('an agent works with the keyboard alone', async ({ desk, person, customer }) => {
  const sofia = new Console(await person(), desk);
  const { page } = sofia;
  const { keyboard } = page;
  const { email, password } = desk.agent('Sofia');
  await page.goto(`${desk.console}login`);
  await expect(page.getByLabel('Email')).toBeFocused();
  await keyboard.type(email);
  await keyboard.press('Tab');
  await keyboard.type(password);
  await untilLive(page, '/rt/agent', () => keyboard.press('Enter'));

  // First of all there is a way past what stands on every page.
  await keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await isSeen(page.getByRole('link', { name: 'Skip to the content' }));

  await walkTo(page, sofia.state);
  await isSeen(sofia.state);
  await keyboard.press('Enter');
  await walkTo(page, page.getByRole('menuitemradio', { name: 'Ready', exact: true }), 'ArrowDown');
  await keyboard.press('Enter');
  await sofia.isShownAs('Ready');
  await expect(sofia.state).toBeFocused();

  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Which bulb fits?' });
  await expect(sofia.offer('Nora Lind')).toBeVisible();
  await keyboard.press('F6');
  await expect(sofia.offer('Nora Lind').getByRole('button', { name: 'Accept' })).toBeFocused();
  await keyboard.press('Enter');
  const chat = await sofia.seesChat('Nora Lind');
  await expect(chat.message).toBeFocused();
  await keyboard.type('Any with an E27 base.');
  await keyboard.press('Enter');
  await nora.chat.shows('Any with an E27 base.');

  // Reading back, then on to the lists and the contact.
  await walkTo(page, chat.log, 'Shift+Tab');
  await isSeen(chat.log);
  await keyboard.press('F6');
  await expect(page.locator('.contact :focus, .contact:focus')).toHaveCount(1);
  await keyboard.press('F6');
  await expect(sofia.tab('My sessions')).toBeFocused();
  await keyboard.press('ArrowRight');
  await expect(sofia.tab('Waiting')).toBeFocused();
  await expect(sofia.tab('Waiting')).toHaveAttribute('aria-selected', 'true');

  await keyboard.press('Alt+x');
  const end = await chat.endDialog();
  await expect(end.withTicket).toBeFocused();
  await keyboard.press('Escape');
  await expect(end.dialog).toBeHidden();
  await expect(sofia.tab('Waiting')).toBeFocused();
  await keyboard.press('Alt+x');
  await expect(end.withTicket).toBeFocused();
  await keyboard.press('ArrowDown');
  await expect(end.without).toBeChecked();
  await keyboard.press('ArrowUp');
  await walkTo(page, end.subject);
  await keyboard.press('Control+a');
  await keyboard.type('Bulb for Luna');
  await keyboard.press('Enter');
  await expect(end.dialog).toBeHidden();
  await walkTo(page, chat.leaveInLine);
  await keyboard.press('Enter');
  await expect(chat.region).toHaveCount(0);

  await walkTo(page, page.getByRole('link', { name: 'Tickets' }));
  await keyboard.press('Enter');
  await walkTo(page, page.getByRole('link', { name: 'Bulb for Luna' }));
  await keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Bulb for Luna' })).toBeVisible();
  await walkTo(page, page.getByRole('button', { name: 'Sofia Marin, account' }));
  await keyboard.press('Enter');
  await walkTo(page, page.getByRole('menuitem', { name: 'Sign out' }), 'ArrowDown');
  await keyboard.press('Enter');
  await expect(page).toHaveURL(`${desk.console}login`);
});

test('a customer chats with the keyboard alone', async ({ agent, customer }) => {
  const sofia = await agent();
  await sofia.goReady();
  const nora = await customer();
  const { keyboard } = nora.page;
  await walkTo(nora.page, nora.launcher);
  await keyboard.press('Enter');
  await expect(nora.form.start).toBeVisible();
  await nora.takenOver();
  await walkTo(nora.page, nora.form.name);
  await isSeen(nora.form.name);
  await keyboard.type('Nora Lind');
  await walkTo(nora.page, nora.form.message);
  await keyboard.type('Which bulb fits?');
  await walkTo(nora.page, nora.form.start);
  await keyboard.press('Enter');
  await nora.chat.shows('Which bulb fits?');
  await expect(nora.chat.message).toBeFocused();
  const chat = await sofia.accept('Nora Lind');
  await keyboard.type('The brass one');
  await keyboard.press('Shift+Enter');
  await keyboard.type('with the blue shade');
  await keyboard.press('Enter');
  await chat.shows('with the blue shade');

  // Escape closes it and leads back; nobody is caught in the frame.
  await keyboard.press('Escape');
  await expect(nora.launcher).toHaveAccessibleName('Open chat');
  await expect(nora.launcher).toBeFocused();
  await keyboard.press('Enter');
  await nora.chat.shows('The brass one');
  await walkTo(nora.page, nora.launcher, 'Shift+Tab');
});
