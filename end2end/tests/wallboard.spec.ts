import { axeInBothThemes, expect, test } from '../fixtures.ts';
import type { Console } from '../pages/console.ts';
import type { Locator } from '@playwright/test';

const queue = (board: Console, name = 'Orders'): Locator => board.page.getByRole('row').filter({ has: board.page.getByRole('rowheader', { name }) });
const agent = (board: Console, name: string): Locator => board.page.getByRole('region', { name: 'Agents' }).getByRole('listitem').filter({ hasText: name }).first();
const tile = (board: Console, name: string): Locator => board.page.locator('.tile').filter({ has: board.page.getByRole('heading', { name }) });

test('a supervisor sees a chat come, its wait tick and who takes it', async ({ agent: signIn, customer }) => {
  const sofia = await signIn('Sofia');
  await sofia.page.getByRole('link', { name: 'Wallboard' }).click();
  await expect(sofia.page.getByRole('heading', { name: 'Wallboard', level: 1 })).toBeVisible();
  await expect(tile(sofia, 'Waiting').locator('.tile__number')).toHaveText('0');

  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Which bulb fits?' });
  await expect(tile(sofia, 'Waiting').locator('.tile__number')).toHaveText('1');
  const wait = queue(sofia).getByRole('cell').nth(1);
  await expect(wait).toHaveText(/0:\d\d/);
  const before = await wait.textContent();
  await expect(wait).not.toHaveText(before ?? '');
  await expect(sofia.page.getByRole('region', { name: 'Waiting' }).getByText('Nora Lind')).toBeVisible();
  await expect(sofia.page.getByText('somebody waits, and nobody is there to answer.')).toBeVisible();

  const marek = await signIn('Marek');
  await marek.goReady();
  await marek.accept('Nora Lind');
  await expect(agent(sofia, 'Marek Novak').getByText('Nora Lind')).toBeVisible();
  await expect(tile(sofia, 'Waiting').locator('.tile__number')).toHaveText('0');
  await expect(tile(sofia, 'In chat').locator('.tile__number')).toHaveText('1');

  await agent(sofia, 'Marek Novak').getByRole('button', { name: 'What to do about the chat with Nora Lind' }).click();
  await sofia.page.getByRole('menuitem', { name: 'Take over' }).click();
  await expect((await sofia.seesChat('Nora Lind')).message).toBeVisible();
});

test('a supervisor sets a state, and the agent is told by whom', async ({ agent: signIn }) => {
  const [sofia, marek] = [await signIn('Sofia'), await signIn('Marek')];
  await marek.goReady();
  await sofia.open('wallboard');
  await expect(agent(sofia, 'Marek Novak').getByText('Ready', { exact: true }).first()).toBeVisible();
  await agent(sofia, 'Marek Novak').getByRole('button', { name: 'Set state of Marek Novak' }).click();
  await sofia.page.getByRole('menuitem', { name: 'Lunch' }).click();
  await expect(agent(sofia, 'Marek Novak').getByText('Not ready, Lunch (set by Sofia Marin)')).toBeVisible();
  await marek.isShownAs('Not ready');
});

test('a waiting chat is given to somebody', async ({ agent: signIn, customer }) => {
  const sofia = await signIn('Sofia');
  await sofia.open('wallboard');
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Which bulb fits?' });
  await sofia.page.getByRole('button', { name: 'What to do about the chat with Nora Lind' }).click();
  await sofia.page.getByRole('menuitem', { name: 'Assign…' }).click();
  const dialog = sofia.page.getByRole('dialog', { name: 'Who is to have this chat?' });
  await expect(dialog.getByRole('radio', { name: /Marek Novak/ })).toBeDisabled();
  await dialog.getByRole('button', { name: 'Assign' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Choose who is to have the chat.');
  await axeInBothThemes(sofia.page);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();
});

test('on a wall there is nothing around the board, and it fits every screen', async ({ agent: signIn, customer }) => {
  test.setTimeout(120_000);
  const sofia = await signIn('Sofia');
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Which bulb fits?' });
  await sofia.open('wallboard');
  await expect(sofia.page.getByRole('region', { name: 'Waiting' }).getByText('Nora Lind')).toBeVisible();
  await axeInBothThemes(sofia.page);
  for (const width of [320, 768, 1440]) {
    await sofia.page.setViewportSize({ width, height: 800 });
    expect(await sofia.page.evaluate(() => document.documentElement.scrollWidth), `${width}`).toBeLessThanOrEqual(width);
  }
  await sofia.page.getByRole('link', { name: 'Full screen' }).click();
  await expect(sofia.page.getByRole('navigation')).toBeHidden();
  await expect(sofia.state).toBeHidden();
  await expect(sofia.page.getByRole('button', { name: /Set state/ })).toHaveCount(0);
  await axeInBothThemes(sofia.page);
  await sofia.page.setViewportSize({ width: 320, height: 800 });
  expect(await sofia.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
});

test('agents have neither wallboard nor reports', async ({ agent: signIn, watch }) => {
  watch.allowStatus(403);
  const marek = await signIn('Marek');
  await expect(marek.page.getByRole('link', { name: 'Tickets' })).toBeVisible();
  await expect(marek.page.getByRole('link', { name: /Wallboard|Reports/ })).toHaveCount(0);
  for (const path of ['wallboard', 'reports']) {
    await marek.page.goto(marek.desk.console + path);
    await expect(marek.page.getByRole('alert')).toBeVisible();
    await expect(marek.page.getByRole('table')).toHaveCount(0);
  }
});
